/*
 * Devices as a guest uses them, beside real backends: network and disk get as far as both sides being connected. What happens to
 * them is printed, for the script beside the guest, which writes what it wants into the node data/wish: "close vif",
 * "reconnect vbd", "fail vif", "end".
 */
#include "guest.h"

#include <stardust/bytes.h>
#include <stardust/grant.h>
#include <stardust/heap.h>
#include <stardust/mutex.h>
#include <stardust/print.h>
#include <stardust/semaphore.h>
#include <stardust/xenstore.h>

#include <stdlib.h>

enum { DEVICES_MAX = 8 };

static struct mutex lock; /* protects the field below: devices that are there */
static struct xenbus_device *devices[DEVICES_MAX];
static struct semaphore end = SEMAPHORE(0);

static void replace(struct xenbus_device *from, struct xenbus_device *to)
{
    mutex_lock(&lock);
    for (unsigned i = 0; i < DEVICES_MAX; i++) {
        if (devices[i] == from) {
            devices[i] = to;
            break;
        }
    }
    mutex_unlock(&lock);
}

void say(const struct xenbus_device *device, const char *what)
{
    print("%s/%u: %s\n", device->driver->type, device->number, what);
}

static void on_event(evtchn_t port, void *context)
{
    (void)port;
    (void)context;
}

int share(struct xenbus_device *device, unsigned pages)
{
    return xenbus_link_open(device, device->data, pages, on_event, NULL);
}

int probe(struct xenbus_device *device)
{
    device->data = heap_alloc_zeroed(sizeof(struct xenbus_link));
    if (device->data == NULL) {
        return -1;
    }
    replace(NULL, device);
    print("%s/%u: found, its backend is in domain %u\n", device->driver->type, device->number,
          device->backend_domain);
    return 0;
}

void stop(struct xenbus_device *device)
{
    say(device, "stopped");
}

void disconnect(struct xenbus_device *device)
{
    xenbus_link_close(device->data);
    print("%s/%u: disconnected, %u pages wait for the backend\n", device->driver->type,
          device->number, grants_statistics().deferred);
}

void removed(struct xenbus_device *device)
{
    replace(device, NULL);
    heap_free(device->data);
    print("%s/%u: removed, %u grants left\n", device->driver->type, device->number,
          grants_statistics().given);
}

static void act(struct xenbus_device *device, const char *wish)
{
    if (wish[0] == 'c') {
        xenbus_close(device);
    } else if (wish[0] == 'r') {
        xenbus_reconnect(device);
    } else {
        xenbus_fail(device, "the backend broke rule %u", 1);
    }
}

static void act_on_type(const char *wish)
{
    const char *type = wish + bytes_before(' ', wish, string_length(wish, 64)) + 1;

    mutex_lock(&lock);
    for (unsigned i = 0; i < DEVICES_MAX; i++) {
        if (devices[i] != NULL && string_equal(devices[i]->driver->type, type)) {
            act(devices[i], wish);
        }
    }
    mutex_unlock(&lock);
}

static void on_wish(struct xenstore_watch *watch, const char *path)
{
    char *wish;

    (void)path;
    if (xenstore_read(XENSTORE_NO_TRANSACTION, watch->path, &wish, NULL) != 0) {
        return;
    }
    if (string_equal(wish, "end")) {
        semaphore_up(&end);
    } else if (wish[0] != '\0') {
        act_on_type(wish);
    }
    heap_free(wish);
}

int main(void)
{
    static struct xenstore_watch watch = {.path = "data/wish", .fired = on_wish};

    if (xenstore_write(XENSTORE_NO_TRANSACTION, watch.path, "") != 0 ||
        xenstore_watch_add(&watch) != 0) {
        print("cannot be told what to do\n");
        exit(1);
    }
    xenbus_register(&network);
    xenbus_register(&disk);
    print("waits for devices\n");
    semaphore_down(&end, NSEC_FOREVER);
    xenbus_print();
    exit(0);
}
