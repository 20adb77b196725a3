/*
 * A device whose driver, and whose node in xenstore, note what is done with them, and know what may not be done.
 *
 * The functions that xenbus.c calls around it (xenbus_enter, xenbus_publish, xenbus_complain) are here too.
 */
#pragma once

#include "bus_names.h"

#define BUS_LOG_SIZE 64

/** What is done with the device from now on is wanted in a file of one word each: see bus_log. */
enum bus_done {
    BUS_CONNECT,
    BUS_PUBLISH,
    BUS_CONNECTED,
    BUS_CHANGED,
    BUS_STOP,
    BUS_DISCONNECT,
    BUS_WRITE, /* the state was written */
};

/** What was done since bus_log_clear. */
struct bus_log {
    enum bus_done done[BUS_LOG_SIZE];
    unsigned count;
    unsigned complaints;
};

extern struct bus_log bus_log;

/** What the driver's functions return. */
extern int bus_connect_error, bus_publish_error, bus_connected_error;

/** Called whenever the device's state in xenstore is written: the backend sees it at once. May be NULL. */
extern void (*bus_on_write)(enum xenbus_state written);

/** Called before the driver gives its rings back. May be NULL. */
extern void (*bus_on_disconnect)(void);

/** A new device, Initialising, of a driver that publishes its rings as Initialised (like a disk) or Connected (network). */
struct xenbus_device *bus_device(enum xenbus_state published);

/** The device with `own`, and what belongs to that state (rings, in use). */
struct xenbus_device *bus_device_in(enum xenbus_state own);

/** Check that what was done is `expected`, words like "stop write(Closing)", and nothing else. */
void bus_check_done(const char *expected, const char *usually, const void *where);

/** Forget what was done. */
void bus_log_clear(void);

/** Check what must hold between two actions: that rings are in use where, and only where, they may be. */
void bus_check_state(const struct xenbus_device *device, const void *where);
