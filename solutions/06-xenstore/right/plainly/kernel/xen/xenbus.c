/* The state machine of all frontends, written plainly: decisions by a switch. */
#include <kernel/xen/xenbus_device.h>

#include <stardust/lab.h>

static enum xenbus_action when_connected(enum xenbus_state peer)
{
    switch (peer) {
    case XenbusStateInitialising:
    case XenbusStateInitWait:
    case XenbusStateInitialised:
        return XENBUS_RESTART;
    case XenbusStateConnected:
    case XenbusStateReconfigured:
        return XENBUS_LOOK;
    case XenbusStateReconfiguring:
        return XENBUS_WAIT;
    default:
        return XENBUS_CLOSE;
    }
}

static bool has_ended(enum xenbus_state peer)
{
    return peer == XenbusStateClosed || peer < XenbusStateInitialising ||
           peer > XenbusStateReconfigured;
}

enum xenbus_action xenbus_decide(enum xenbus_state own, enum xenbus_state peer)
{
    switch (own) {
    case XenbusStateInitialising:
        return peer == XenbusStateInitWait  ? XENBUS_CONNECT
               : peer == XenbusStateClosing ? XENBUS_CLOSE
                                            : XENBUS_WAIT;
    case XenbusStateInitialised:
        return peer == XenbusStateConnected                    ? XENBUS_USE
               : peer == XenbusStateClosing || has_ended(peer) ? XENBUS_CLOSE
                                                               : XENBUS_WAIT;
    case XenbusStateConnected:
        return when_connected(peer);
    case XenbusStateClosing:
        return peer == XenbusStateClosing || has_ended(peer) ? XENBUS_END : XENBUS_WAIT;
    case XenbusStateClosed:
        return peer == XenbusStateInitWait || has_ended(peer) ? XENBUS_RESTART : XENBUS_WAIT;
    default:
        return XENBUS_WAIT;
    }
}

static void stop(struct xenbus_device *device)
{
    bool was_in_use = device->in_use;

    device->in_use = false;
    if (was_in_use) {
        device->driver->stop(device);
    }
}

void xenbus_let_go(struct xenbus_device *device)
{
    bool had_rings = device->rings;

    stop(device);
    device->rings = false;
    if (had_rings) {
        device->driver->disconnect(device);
    }
}

static void close_after(struct xenbus_device *device, const char *what, int error)
{
    xenbus_complain(device, what, error);
    device->again = false;
    stop(device);
    xenbus_enter(device, XenbusStateClosing);
}

static void connect(struct xenbus_device *device)
{
    int error;

    device->rings = true;
    error = device->driver->connect(device);
    error = error != 0 ? error : xenbus_publish(device);
    if (error != 0) {
        close_after(device, "cannot connect", error);
    }
}

bool xenbus_act(struct xenbus_device *device, enum xenbus_action action)
{
    int error;

    switch (action) {
    case XENBUS_CONNECT:
        connect(device);
        return true;
    case XENBUS_USE:
        error = device->driver->connected(device);
        if (error != 0) {
            close_after(device, "the backend cannot be used", error);
            return true;
        }
        device->in_use = true;
        xenbus_enter(device, XenbusStateConnected);
        return false;
    case XENBUS_LOOK:
        if (device->driver->changed != NULL) {
            device->driver->changed(device);
        }
        return false;
    case XENBUS_CLOSE:
        if (device->own == XenbusStateInitialised && device->peer != XenbusStateUnknown) {
            close_after(device, "the backend does not want it", 0);
            return true;
        }
        if (device->peer == XenbusStateUnknown) {
            xenbus_complain(device, "the backend has vanished", 0);
        }
        stop(device);
        xenbus_enter(device, XenbusStateClosing);
        return true;
    case XENBUS_END:
        xenbus_enter(device, XenbusStateClosed);
        return true;
    case XENBUS_RESTART:
        if (device->in_use) {
            xenbus_complain(device, "the backend has begun anew", 0);
        }
        xenbus_let_go(device);
        if (device->again) {
            xenbus_enter(device, XenbusStateInitialising);
        }
        return device->again;
    default:
        return false;
    }
}

void xenbus_advance(struct xenbus_device *device, enum xenbus_wish wish)
{
    bool ended = device->own == XenbusStateClosing || device->own == XenbusStateClosed;

    if (wish != XENBUS_NO_WISH) {
        device->again = wish == XENBUS_WISH_RECONNECT;
    }
    if (wish != XENBUS_NO_WISH && !ended) {
        stop(device);
        xenbus_enter(device, XenbusStateClosing);
    }
    for (bool more = true; more;) {
        more = xenbus_act(device, xenbus_decide(device->own, device->peer));
    }
}
