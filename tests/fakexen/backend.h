/*
 * A backend in another domain, as its frontend meets it through xenstore: its state, and whether it has mapped our rings.
 *
 * An honest one does what Linux's do (drivers/net/xen-netback/xenbus.c, drivers/block/xen-blkback/xenbus.c): the two differ in
 * when they map and unmap. A hostile one says whatever it likes, and keeps what it has mapped.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include <xen/io/xenbus.h>

struct fakexen_backend {
    bool
        disk; /* like blkback: maps for Initialised, unmaps for Closed; else like netback: for Connected, and for Closing */
    bool there; /* its folder is */
    bool
        online; /* the toolstack wants the device: one that is not is removed once both sides are Closed */
    bool mapped;               /* it uses our rings */
    unsigned state;            /* as it stands in xenstore, if it is there; any number */
    enum xenbus_state front;   /* ours, which it has not looked at yet */
    enum xenbus_state handled; /* ours, as it saw it last */
};

/** A new backend, in InitWait. */
void fakexen_backend_start(struct fakexen_backend *backend, bool disk);

/** The frontend has written its state; the backend will look at it. */
void fakexen_backend_tell(struct fakexen_backend *backend, enum xenbus_state front);

/** It looks, and does what an honest one does. Returns whether it had not looked at that before. */
bool fakexen_backend_look(struct fakexen_backend *backend);

/** Its driver is loaded anew: it has nothing mapped, and waits. */
void fakexen_backend_restart(struct fakexen_backend *backend);

/** Its domain dies: nothing is mapped, and its folder goes. */
void fakexen_backend_vanish(struct fakexen_backend *backend);

/** The toolstack asks for the device's end: xl network-detach, xl block-detach. */
void fakexen_backend_detach(struct fakexen_backend *backend);

/** What a frontend that reads its state finds: XenbusStateUnknown when it is not there. */
enum xenbus_state fakexen_backend_state(const struct fakexen_backend *backend);
