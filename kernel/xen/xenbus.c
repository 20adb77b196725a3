/*
 * The state machine of all frontends: what to do when the backend has changed its state, and doing it. See stardust/xenbus.h;
 * finding devices is in xenbus_devices.c, reading and writing states in xenbus_state.c.
 */
#include <kernel/xen/xenbus_device.h>

#include <stardust/lab.h>

#ifdef SOLUTION_XENSTORE
#define PEER_STATES (XenbusStateReconfigured + 1)

/* What is not in the table is XENBUS_WAIT. */
static const uint8_t actions[PEER_STATES][PEER_STATES] = {
    [XenbusStateInitialising] =
        {
            [XenbusStateInitWait] = XENBUS_CONNECT,
            [XenbusStateClosing] = XENBUS_CLOSE,
        },
    [XenbusStateInitialised] =
        {
            [XenbusStateUnknown] = XENBUS_CLOSE,
            [XenbusStateConnected] = XENBUS_USE,
            [XenbusStateClosing] = XENBUS_CLOSE,
            [XenbusStateClosed] = XENBUS_CLOSE,
        },
    [XenbusStateConnected] =
        {
            [XenbusStateUnknown] = XENBUS_CLOSE,
            /* It was started anew, and knows nothing of our rings. */
            [XenbusStateInitialising] = XENBUS_RESTART,
            [XenbusStateInitWait] = XENBUS_RESTART,
            [XenbusStateInitialised] = XENBUS_RESTART,
            [XenbusStateConnected] = XENBUS_LOOK,
            [XenbusStateReconfigured] = XENBUS_LOOK,
            [XenbusStateClosing] = XENBUS_CLOSE,
            [XenbusStateClosed] = XENBUS_CLOSE,
        },
    [XenbusStateClosing] =
        {
            [XenbusStateUnknown] = XENBUS_END,
            [XenbusStateClosing] = XENBUS_END,
            [XenbusStateClosed] = XENBUS_END,
        },
    [XenbusStateClosed] =
        {
            [XenbusStateUnknown] = XENBUS_RESTART,
            [XenbusStateInitWait] = XENBUS_RESTART,
            [XenbusStateClosed] = XENBUS_RESTART,
        },
};

enum xenbus_action xenbus_decide(enum xenbus_state own, enum xenbus_state peer)
{
    /* The numbers come from elsewhere: one that means nothing is as if there were none. */
    if ((unsigned)peer >= PEER_STATES) {
        peer = XenbusStateUnknown;
    }
    return (unsigned)own < PEER_STATES ? (enum xenbus_action)actions[own][peer] : XENBUS_WAIT;
}
#else
enum xenbus_action xenbus_decide(enum xenbus_state own, enum xenbus_state peer)
{
    LAB_TODO(xenstore, "6.7", "what is to be done when these are the two sides' states?");
}
#endif

#ifdef SOLUTION_XENSTORE
static void use_no_more(struct xenbus_device *device)
{
    if (device->in_use) {
        device->in_use = false;
        device->driver->stop(device);
    }
}

void xenbus_let_go(struct xenbus_device *device)
{
    use_no_more(device);
    if (device->rings) {
        device->rings = false;
        device->driver->disconnect(device);
    }
}
#else
void xenbus_let_go(struct xenbus_device *device)
{
    LAB_TODO(xenstore, "6.8",
             "stop and disconnect, if there is something to stop and to disconnect");
}
#endif

#ifdef SOLUTION_XENSTORE
/* The rings stay granted: the backend still uses them, until it has closed too. */
static bool begin_closing(struct xenbus_device *device)
{
    use_no_more(device);
    xenbus_enter(device, XenbusStateClosing);
    return true;
}

static bool give_up(struct xenbus_device *device, const char *what, int error)
{
    xenbus_complain(device, what, error);
    device->again = false;
    return begin_closing(device);
}

static bool connect(struct xenbus_device *device)
{
    int error;

    device->rings = true;
    error = device->driver->connect(device);
    if (error == 0) {
        error = xenbus_publish(device);
    }
    return error == 0 ? true : give_up(device, "cannot connect", error);
}

static bool use(struct xenbus_device *device)
{
    int error = device->driver->connected(device);

    if (error != 0) {
        return give_up(device, "the backend offers what cannot be used", error);
    }
    device->in_use = true;
    xenbus_enter(device, XenbusStateConnected);
    return false;
}

static void look(struct xenbus_device *device)
{
    if (device->driver->changed != NULL) {
        device->driver->changed(device);
    }
}

/* A backend that does not want what we have published would not want it the next time either. */
static bool close(struct xenbus_device *device)
{
    if (device->peer == XenbusStateUnknown) {
        xenbus_complain(device, "the backend has vanished", 0);
    } else if (device->own == XenbusStateInitialised) {
        return give_up(device, "the backend does not want it", 0);
    }
    return begin_closing(device);
}

static bool restart(struct xenbus_device *device)
{
    if (device->in_use) {
        xenbus_complain(device, "the backend has begun anew", 0);
    }
    xenbus_let_go(device);
    if (device->again) {
        xenbus_enter(device, XenbusStateInitialising);
    }
    return device->again;
}

bool xenbus_act(struct xenbus_device *device, enum xenbus_action action)
{
    switch (action) {
    case XENBUS_CONNECT:
        return connect(device);
    case XENBUS_USE:
        return use(device);
    case XENBUS_LOOK:
        look(device);
        return false;
    case XENBUS_CLOSE:
        return close(device);
    case XENBUS_END:
        xenbus_enter(device, XenbusStateClosed);
        return true;
    case XENBUS_RESTART:
        return restart(device);
    case XENBUS_WAIT:
        break;
    }
    return false;
}
#else
bool xenbus_act(struct xenbus_device *device, enum xenbus_action action)
{
    LAB_TODO(xenstore, "6.8", "carry the action out, in the order that the header names");
}
#endif

#ifdef SOLUTION_XENSTORE
static bool is_open(const struct xenbus_device *device)
{
    return device->own == XenbusStateInitialising || device->own == XenbusStateInitialised ||
           device->own == XenbusStateConnected;
}

void xenbus_advance(struct xenbus_device *device, enum xenbus_wish wish)
{
    if (wish != XENBUS_NO_WISH) {
        device->again = wish == XENBUS_WISH_RECONNECT;
        if (is_open(device)) {
            begin_closing(device);
        }
    }
    while (xenbus_act(device, xenbus_decide(device->own, device->peer))) {
    }
}
#else
void xenbus_advance(struct xenbus_device *device, enum xenbus_wish wish)
{
    LAB_TODO(xenstore, "6.8",
             "close if somebody wants that; then act until there is nothing to do");
}
#endif
