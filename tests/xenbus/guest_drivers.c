/* A network and a disk driver that get as far as being connected. Documents: the public headers xen/io/netif.h and blkif.h. */
#include "guest.h"

#include <stardust/print.h>

#include <xen/errno.h>
#include <xen/io/blkif.h>
#include <xen/io/netif.h>
#include <xen/io/protocols.h>

static int network_connect(struct xenbus_device *device)
{
    struct xenbus_link *link = device->data;
    int error = share(device, 2);

    if (error == 0) {
        netif_tx_sring_t *transmit = link->pages[0];
        netif_rx_sring_t *receive = link->pages[1];

        SHARED_RING_INIT(transmit);
        SHARED_RING_INIT(receive);
    }
    return error;
}

static int network_publish(struct xenbus_device *device, uint32_t transaction)
{
    const struct xenbus_link *link = device->data;
    const struct {
        const char *name;
        unsigned value;
    } nodes[] = {
        {"tx-ring-ref", link->grants[0]}, {"rx-ring-ref", link->grants[1]},
        {"event-channel", link->port},    {"request-rx-copy", 1},
        {"feature-rx-notify", 1},         {"feature-no-csum-offload", 1},
    };
    int error = 0;

    for (unsigned i = 0; i < ARRAY_LENGTH(nodes) && error == 0; i++) {
        error = xenbus_write(device, transaction, nodes[i].name, "%u", nodes[i].value);
    }
    return error;
}

static int network_connected(struct xenbus_device *device)
{
    if (!xenbus_read_flag(device, "feature-rx-copy", false)) {
        return -XEN_EINVAL;
    }
    say(device, "connected");
    return 0;
}

struct xenbus_driver network = {
    .type = "vif",
    .published = XenbusStateConnected,
    .probe = probe,
    .connect = network_connect,
    .publish = network_publish,
    .connected = network_connected,
    .stop = stop,
    .disconnect = disconnect,
    .removed = removed,
};

static int disk_connect(struct xenbus_device *device)
{
    struct xenbus_link *link = device->data;
    int error = share(device, 1);

    if (error == 0) {
        blkif_sring_t *requests = link->pages[0];

        SHARED_RING_INIT(requests);
    }
    return error;
}

static int disk_publish(struct xenbus_device *device, uint32_t transaction)
{
    const struct xenbus_link *link = device->data;
    int error = xenbus_write(device, transaction, "ring-ref", "%u", link->grants[0]);

    if (error == 0) {
        error = xenbus_write(device, transaction, "event-channel", "%u", link->port);
    }
    return error == 0 ? xenbus_write(device, transaction, "protocol", XEN_IO_PROTO_ABI_X86_64)
                      : error;
}

static int disk_look(struct xenbus_device *device, const char *what)
{
    uint64_t sectors;
    int error = xenbus_read_number(device, "sectors", 1, UINT32_MAX, &sectors);

    if (error == 0) {
        print("%s/%u: %s, %lu sectors\n", device->driver->type, device->number, what, sectors);
    }
    return error;
}

static int disk_connected(struct xenbus_device *device)
{
    return disk_look(device, "connected");
}

static void disk_changed(struct xenbus_device *device)
{
    if (disk_look(device, "changed") != 0) {
        xenbus_fail(device, "the backend says no size");
    }
}

struct xenbus_driver disk = {
    .type = "vbd",
    .published = XenbusStateInitialised,
    .probe = probe,
    .connect = disk_connect,
    .publish = disk_publish,
    .connected = disk_connected,
    .changed = disk_changed,
    .stop = stop,
    .disconnect = disconnect,
    .removed = removed,
};
