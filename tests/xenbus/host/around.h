/*
 * What the files of xenbus find around them on the build machine: one thread of control, grants and event channels that are
 * counted, a driver that notes what is done with its devices, and backends.
 */
#pragma once

#include <kernel/xen/xenbus_device.h>

#include <tests/xenbus/host/store.h>

#define BACKEND "/local/domain/3/backend/test/7/"

/** A driver's record of one device. */
struct record {
    struct xenbus_link link;
    unsigned connects, stops, disconnects;
    bool in_use;
    uint64_t offer;
};

extern struct xenbus_driver driver;

/** What the driver's functions return, as long as it is not 0. */
extern int probe_error, connect_error, connected_error;

/** How many devices the driver has; grants and ports that are in use; pages that others keep; that can be had. */
extern unsigned devices_there, grants_given, ports_open, pages_kept, pages_left;

/** A driver's functions may be called: the lock of xenbus's rounds is held. And the units of its semaphore. */
extern bool rounds_locked;
extern unsigned units;

/** Whom the last grant and the last port are for. */
extern domid_t last_domain;

/** Forget the first ports that are open: nobody will close them any more. */
void ports_of_another_life(unsigned count);

/** Let everything begin anew, with xenbus running and the driver registered. */
void begin(void);

/** Let all watches fire and xenbus do what follows, until there is nothing to do. */
void settle(void);

/** What the toolstack writes for a new device with this number, whose backend is in domain 3. */
void attach(unsigned number);

/** What a honest backend does when it looks at the device: connect or close. Returns whether that was something. */
bool backend_looks(unsigned number);

/** settle() and all backends' looks until nobody does anything. */
void settle_all(void);

/** Check that the device, and its backend, are connected. */
void check_connected(unsigned number);

/** The device; NULL: there is none. */
struct xenbus_device *device_of(unsigned number);

/** Its record. */
struct record *record_of(unsigned number);

/** The states as they stand in xenstore; -1: none. */
int front_state(unsigned number);
int back_state(unsigned number);

/** The paths of a device's nodes, and of its backend's. Each lasts until the next call. */
const char *front_node(unsigned number, const char *name);
const char *back_node(unsigned number, const char *name);

/** The end of a test: all devices vanish, and nothing is left of them. */
void check_nothing_left(void);

/** What was printed since the last call, at most 4 KiB. */
const char *printed(void);
