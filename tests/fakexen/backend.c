/* A backend in another domain: see backend.h. */
#include "backend.h"

void fakexen_backend_start(struct fakexen_backend *backend, bool disk)
{
    *backend = (struct fakexen_backend){.disk = disk,
                                        .there = true,
                                        .online = true,
                                        .state = XenbusStateInitWait,
                                        .front = XenbusStateInitialising,
                                        .handled = XenbusStateInitialising};
}

void fakexen_backend_tell(struct fakexen_backend *backend, enum xenbus_state front)
{
    backend->front = front;
    backend->handled = XenbusStateUnknown;
}

static void connect(struct fakexen_backend *backend)
{
    backend->mapped = true;
    backend->state = XenbusStateConnected;
}

static void look_open(struct fakexen_backend *backend)
{
    if (backend->front == XenbusStateInitialising && backend->state == XenbusStateClosed) {
        backend->state = XenbusStateInitWait;
    } else if (backend->front == XenbusStateConnected ||
               (backend->disk && backend->front == XenbusStateInitialised)) {
        connect(backend);
    }
}

static void look_closed(struct fakexen_backend *backend)
{
    backend->mapped = false;
    backend->state = XenbusStateClosed;
    backend->there = backend->online;
}

bool fakexen_backend_look(struct fakexen_backend *backend)
{
    if (!backend->there || backend->handled == backend->front) {
        return false;
    }
    backend->handled = backend->front;
    if (backend->front == XenbusStateClosing) {
        backend->mapped = backend->mapped && backend->disk;
        backend->state = XenbusStateClosing;
    } else if (backend->front == XenbusStateClosed) {
        look_closed(backend);
    } else {
        look_open(backend);
    }
    return true;
}

/* Its watch on the frontend's state is new, and so fires. */
void fakexen_backend_restart(struct fakexen_backend *backend)
{
    backend->there = backend->online = true;
    backend->mapped = false;
    backend->state = XenbusStateInitWait;
    backend->handled = XenbusStateUnknown;
}

void fakexen_backend_vanish(struct fakexen_backend *backend)
{
    backend->there = false;
    backend->mapped = false;
}

void fakexen_backend_detach(struct fakexen_backend *backend)
{
    backend->online = false;
    if (backend->there) {
        backend->state = XenbusStateClosing;
    }
}

enum xenbus_state fakexen_backend_state(const struct fakexen_backend *backend)
{
    return backend->there ? (enum xenbus_state)backend->state : XenbusStateUnknown;
}
