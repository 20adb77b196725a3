/*
 * Xenbus: the devices that the toolstack gives this guest, and how their drivers meet the backends in other domains.
 *
 * A device is a folder in xenstore, device/TYPE/NUMBER, which names the folder of its backend, in whichever domain that is.
 * Each side writes its state into its own folder and watches the other's. xenbus finds devices that come and go at any time,
 * decides by both states what is to be done next (kernel/xen/xenbus.c), and calls the driver that is registered for the type
 * to do it. The backend is not trusted: it may say anything at any time, or vanish.
 *
 * The life of a device, with the driver's functions:
 *
 *     probe ─► connect, publish ─► connected ─► stop ─► disconnect ─► removed
 *                  ▲                                         │
 *                  └────── the backend is there anew ◄───────┘
 *
 * Who runs what: the driver's functions are called by the thread "xenbus", one at a time for all devices, without a lock held.
 * They may sleep and use xenstore; while one does, no other device makes progress. A device's fields are theirs alone; what
 * other threads and upcalls may read and call says so. Document: the public header xen/io/xenbus.h.
 */
#pragma once

#include <stardust/event.h>
#include <stardust/list_type.h>
#include <stardust/part.h>
#include <stardust/types.h>
#include <stardust/xenstore.h>

#include <xen/xen.h>

#include <xen/grant_table.h>
#include <xen/io/xenbus.h>

#define XENBUS_TYPE_SIZE    16  /* bytes of a device's type, its NUL among them */
#define XENBUS_PATH_SIZE    48  /* of a device's folder, device/TYPE/NUMBER */
#define XENBUS_BACKEND_SIZE 256 /* of its backend's folder; a longer one is not accepted */
#define XENBUS_DEVICES_MAX  128 /* devices of all types */

struct xenbus_device;

/** What a driver does for its devices. Functions that return int: 0 or a negative XEN_E* number. All but `changed` are there. */
struct xenbus_driver {
    const char *type; /* of the devices, "vif" */

    /**
     * What others see once the rings are published: XenbusStateInitialised, or XenbusStateConnected where the backend waits for
     * that (network). The device's own state is Initialised in both cases until the backend is connected.
     */
    enum xenbus_state published;

    /** A new device: allocate `data`. After an error it is left alone. */
    int (*probe)(struct xenbus_device *device);

    /** The backend waits for us: make rings and event channels. Disconnect follows in any case, after an error too. */
    int (*connect)(struct xenbus_device *device);

    /** Write the nodes that tell of them, in `transaction`, which may be tried again: do nothing else. */
    int (*publish)(struct xenbus_device *device, uint32_t transaction);

    /** The backend has connected: read what it offers, begin to use the device. Stop follows, except after an error. */
    int (*connected)(struct xenbus_device *device);

    /** While connected, the backend has written its state again: look whether what it offers has changed. May be NULL. */
    void (*changed)(struct xenbus_device *device);

    /** When this returns, no thread and no upcall uses the rings any more. */
    void (*stop)(struct xenbus_device *device);

    /** Give rings and event channels back. The backend has closed, or is gone, or should be and cannot be trusted. */
    void (*disconnect)(struct xenbus_device *device);

    /** The device is gone: free `data`. */
    void (*removed)(struct xenbus_device *device);

    struct list drivers; /* xenbus's own */
};

/** What others may want of a device. */
enum xenbus_wish {
    XENBUS_NO_WISH,
    XENBUS_WISH_CLOSE,
    XENBUS_WISH_RECONNECT,
};

/** A device. The fields down to `data` are for its driver to read, in any context; they do not change while there are rings. */
struct xenbus_device {
    const struct xenbus_driver *driver;
    unsigned number;                   /* among those of its type */
    char path[XENBUS_PATH_SIZE];       /* its folder, relative to ours: "device/vif/0" */
    char backend[XENBUS_BACKEND_SIZE]; /* the backend's folder */
    domid_t backend_domain;
    void *data; /* the driver's */

    /* The fields below belong to the thread "xenbus". */
    enum xenbus_state own; /* Initialising, Initialised, Connected, Closing or Closed */
    enum xenbus_state
        written;            /* what others see: `own`, but `published` while that is Initialised */
    enum xenbus_state peer; /* the backend's, as it was read last; Unknown: none, or nonsense */
    bool rings;             /* connect was called, and disconnect not yet */
    bool in_use;            /* connected has succeeded, and stop was not called yet */
    bool present;           /* found by the scan under way */
    bool ignored;           /* its driver did not want it */
    char state_node[XENBUS_BACKEND_SIZE]; /* where the backend's state is */
    struct xenstore_watch watch;          /* on the backend's state */
    struct list devices;                  /* in the list of all; see xenbus_devices.c */

    bool again; /* once it is Closed it begins anew */

    bool look;    /* the backend may have a new state; atomic */
    uint8_t wish; /* enum xenbus_wish: what others want; the last one counts; atomic */
};

/** Find devices, and those that come later. Context: boot, after xenstore_init. Nothing happens in the first domain. */
void xenbus_init(void) OPTIONAL;

/** Let `driver`, which stays for ever, have the devices of its type: those there are and those to come. Context: boot or thread. */
void xenbus_register(struct xenbus_driver *driver);

/**
 * Close the device for good. What closes it otherwise lets it connect again when its backend is ready: only this, a backend that
 * does not want it, and a driver's function that fails do not.
 *
 * Context: any in which it cannot be removed meanwhile: a driver's function, or a thread or upcall that `stop` or `removed` waits
 * for. Returns at once; the rest follows. When the connection is ending for another reason already, this may be forgotten.
 */
void xenbus_close(struct xenbus_device *device);

/** The same, because the backend broke the rules: first print "vif/0: ", what it did, and "; closed". */
void xenbus_fail(struct xenbus_device *device, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/** Close the device if it is not closed, then let it connect again. Context: as xenbus_close. */
void xenbus_reconnect(struct xenbus_device *device);

/** Print each device and its states. Context: thread. */
void xenbus_print(void) OPTIONAL;

/**
 * Before the domain is suspended: no function of a driver is running any more, and none will be called until xenbus_resume.
 * Context: thread, before xenstore_suspend.
 */
void xenbus_suspend(void) OPTIONAL;

/**
 * After it, when xenstore works again. Unless it was cancelled, each device is stopped and disconnected here, and then finds its
 * new backend and connects. Context: the thread that called xenbus_suspend.
 */
void xenbus_resume(bool cancelled) OPTIONAL;

/*
 * For drivers: negotiating. What a backend offers are nodes in its folder, which may be missing, and say anything.
 * Context: a driver's function.
 */

/** Whether the backend's node `name` says yes: a number that is not 0. When it is missing, or no number: `otherwise`. */
bool xenbus_read_flag(const struct xenbus_device *device, const char *name, bool otherwise);

/**
 * Read the number in the backend's node `name`. Returns 0; -XEN_ERANGE when it is not in [least, most]; -XEN_EINVAL when it is no
 * number; -XEN_ENOENT when it is missing; what xenstore_read returns. `*number` is written only with 0.
 */
int xenbus_read_number(const struct xenbus_device *device, const char *name, uint64_t least,
                       uint64_t most, uint64_t *number);

/** Write what print() would print to the node `name` of the device's own folder, for `publish`. */
int xenbus_write(const struct xenbus_device *device, uint32_t transaction, const char *name,
                 const char *format, ...) __attribute__((format(printf, 4, 5)));

/*
 * For drivers: what a frontend shares with its backend, some pages and an event channel.
 */

#define XENBUS_LINK_PAGES 16

struct xenbus_link {
    unsigned count;                 /* of pages */
    void *pages[XENBUS_LINK_PAGES]; /* zeroed, and the backend may read and write them */
    grant_t grants[XENBUS_LINK_PAGES];
    evtchn_t port; /* unmasked; 0: there is none */
    unsigned life; /* xenbus_resume makes a new one, in which ports of older ones mean nothing */
};

/**
 * Share `pages` new pages and a new event channel, whose events `handler` gets, with the device's backend.
 * Context: the driver's connect. Returns 0; -XEN_EINVAL for more than XENBUS_LINK_PAGES; -XEN_ENOMEM; what event_bind_unbound
 * returns. After an error nothing is shared, and `*link` is all zero, which xenbus_link_close takes too.
 */
int xenbus_link_open(const struct xenbus_device *device, struct xenbus_link *link, unsigned pages,
                     event_handler *handler, void *context);

/**
 * End that: when it returns, the handler is not running and the pages are not ours any more. They are freed as soon as the backend
 * does not use them. Context: the driver's connect or disconnect.
 */
void xenbus_link_close(struct xenbus_link *link);
