/* Pages and an event channel shared with a backend: see stardust/xenbus.h. */
#include <kernel/xen/xenbus_device.h>

#include <stardust/frames.h>
#include <stardust/grant.h>

#include <xen/errno.h>

/*
 * A backend that lets a device connect again and again, and keeps the pages of each time, could have all memory. So no device
 * is connected while others still use that many pages that should be free.
 */
#define PAGES_LOST_MAX 512

static int share_pages(const struct xenbus_device *device, struct xenbus_link *link, unsigned pages)
{
    for (unsigned i = 0; i < pages; i++) {
        link->pages[i] = grant_page(device->backend_domain, &link->grants[i]);
        if (link->pages[i] == NULL) {
            return -XEN_ENOMEM;
        }
        link->count++;
    }
    return 0;
}

static int share(const struct xenbus_device *device, struct xenbus_link *link, unsigned pages,
                 event_handler *handler, void *context)
{
    int port;
    int error = share_pages(device, link, pages);

    if (error != 0) {
        return error;
    }
    port = event_bind_unbound(device->backend_domain, handler, context);
    if (port < 0) {
        return port;
    }
    link->port = (evtchn_t)port;
    return 0;
}

int xenbus_link_open(const struct xenbus_device *device, struct xenbus_link *link, unsigned pages,
                     event_handler *handler, void *context)
{
    int error;

    *link = (struct xenbus_link){.life = xenbus_life};
    if (pages > XENBUS_LINK_PAGES) {
        return -XEN_EINVAL;
    }
    if (grants_statistics().deferred >= PAGES_LOST_MAX) {
        return -XEN_ENOMEM;
    }
    error = share(device, link, pages, handler, context);
    if (error != 0) {
        xenbus_link_close(link);
    }
    return error;
}

void xenbus_link_close(struct xenbus_link *link)
{
    /* The handler uses the pages, so it goes first. After the domain was resumed, the port may be somebody else's. */
    if (link->port != 0 && link->life == xenbus_life) {
        event_unbind(link->port);
    }
    for (unsigned i = 0; i < link->count; i++) {
        grant_revoke_page(link->grants[i], link->pages[i]);
    }
    *link = (struct xenbus_link){0};
}
