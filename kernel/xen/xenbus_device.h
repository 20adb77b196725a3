/*
 * The parts of xenbus, for each other. Context of all: the thread "xenbus", or xenbus_resume while that is held off.
 */
#pragma once

#include <stardust/xenbus.h>

#include <xen/errno.h>

/** What is to be done next with a device. */
enum xenbus_action {
    XENBUS_WAIT,    /* nothing, until the backend does something */
    XENBUS_CONNECT, /* make the rings, and publish them; then it is Initialised */
    XENBUS_USE,     /* begin to use the device; Connected */
    XENBUS_LOOK,    /* let the driver look what has changed; it stays Connected */
    XENBUS_CLOSE,   /* use the rings no more, and say that we are Closing; they stay granted */
    XENBUS_END,     /* say that we are Closed; they still stay granted */
    XENBUS_RESTART, /* use the rings no more and give them back; then, if `again`, begin anew: Initialising */
};

/** What is to be done when these are the states of the device and of its backend. kernel/xen/xenbus.c */
enum xenbus_action xenbus_decide(enum xenbus_state own, enum xenbus_state peer);

/** Do it. Returns whether the device's own state has changed, so that there may be more to do. kernel/xen/xenbus.c */
bool xenbus_act(struct xenbus_device *device, enum xenbus_action action);

/** Do what somebody wished, and all that the two states say, now that `peer` was read. kernel/xen/xenbus.c */
void xenbus_advance(struct xenbus_device *device, enum xenbus_wish wish);

/** Stop and disconnect, as far as there is something to stop and to disconnect. kernel/xen/xenbus.c */
void xenbus_let_go(struct xenbus_device *device);

/**
 * Make `state` the device's own and write it, if others see another one; not into a folder that was removed.
 * kernel/xen/xenbus_state.c
 */
void xenbus_enter(struct xenbus_device *device, enum xenbus_state state);

/**
 * Write the driver's nodes and that the device is Initialised, all at once. Returns 0; what the driver's `publish` or xenstore
 * returns: then nothing was written, and the state is as before. kernel/xen/xenbus_state.c
 */
int xenbus_publish(struct xenbus_device *device);

/** Read the backend's state into `peer`. kernel/xen/xenbus_state.c */
void xenbus_read_peer(struct xenbus_device *device);

/** Print "vif/0: ", what is wrong, and "; closed"; `error`: unless it is 0, its number too. kernel/xen/xenbus_state.c */
void xenbus_complain(const struct xenbus_device *device, const char *what, int error);

/** The last part of the path at which a side's state is. */
#define XENBUS_STATE_NODE "/state"

/** Whether xenstore's `error` says that there is no such node; of those in a folder that we may not list, it says "no access". */
static inline bool xenbus_missing(int error)
{
    return error == -XEN_ENOENT || error == -XEN_EACCES;
}

/** Who a device's backend is. */
struct xenbus_backend {
    char path[XENBUS_BACKEND_SIZE];
    domid_t domain;
};

/** The number that the name of a device's folder is. Returns whether it is one. kernel/xen/xenbus_folder.c */
bool xenbus_parse_number(const char *name, unsigned *number);

/** Who the backend of the device with this folder is. kernel/xen/xenbus_folder.c */
int xenbus_read_backend(const char *folder, struct xenbus_backend *backend);

/** Find devices that have come, gone, or got another backend. Returns 0 or what xenstore did. kernel/xen/xenbus_devices.c */
int xenbus_devices_scan(void);

/** Call `act` for each device, which stays. kernel/xen/xenbus_devices.c */
void xenbus_devices_each(void (*act)(struct xenbus_device *device));

/** Take a driver into the list. kernel/xen/xenbus_devices.c */
void xenbus_drivers_add(struct xenbus_driver *driver);

/** One round of the thread: do what there is to do. kernel/xen/xenbus_thread.c */
void xenbus_round(void);

/** Let the thread look what there is to do. Context: thread or upcall. kernel/xen/xenbus_thread.c */
void xenbus_wake(void);

/** How many times the domain was resumed. kernel/xen/xenbus_thread.c */
extern unsigned xenbus_life;
