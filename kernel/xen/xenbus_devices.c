/* Devices and their drivers: who comes, who goes, and whose backend has moved. See xenbus_device.h. */
#include <kernel/xen/xenbus_device.h>

#include <stardust/bytes.h>
#include <stardust/heap.h>
#include <stardust/list.h>
#include <stardust/panic.h>
#include <stardust/print.h>

static struct list drivers = {&drivers, &drivers};
static struct list devices = {&devices, &devices};
static unsigned device_count;

void xenbus_drivers_add(struct xenbus_driver *driver)
{
    assert_that(string_length(driver->type, XENBUS_TYPE_SIZE) < XENBUS_TYPE_SIZE,
                "xenbus: a driver's type is %d bytes or longer", XENBUS_TYPE_SIZE);
    list_push_back(&drivers, &driver->drivers);
}

void xenbus_devices_each(void (*act)(struct xenbus_device *device))
{
    for (struct list *link = devices.next; link != &devices; link = link->next) {
        act(LIST_ENTRY(link, struct xenbus_device, devices));
    }
}

static struct xenbus_device *find(const struct xenbus_driver *driver, unsigned number)
{
    for (struct list *link = devices.next; link != &devices; link = link->next) {
        struct xenbus_device *device = LIST_ENTRY(link, struct xenbus_device, devices);

        if (device->driver == driver && device->number == number) {
            return device;
        }
    }
    return NULL;
}

static void on_backend(struct xenstore_watch *watch, const char *path)
{
    struct xenbus_device *device = watch->context;

    (void)path;
    __atomic_store_n(&device->look, true, __ATOMIC_RELEASE);
    xenbus_wake();
}

static void forget_backend(struct xenbus_device *device)
{
    if (device->watch.path != NULL) {
        xenstore_watch_remove(&device->watch);
        device->watch.path = NULL;
    }
}

static void read_written(struct xenbus_device *device)
{
    char node[XENBUS_PATH_SIZE + sizeof XENBUS_STATE_NODE];
    uint64_t state;

    format_text(node, sizeof node, "%s" XENBUS_STATE_NODE, device->path);
    device->written = XenbusStateUnknown;
    if (xenstore_read_number(XENSTORE_NO_TRANSACTION, node, &state) == 0 &&
        state <= XenbusStateReconfigured) {
        device->written = (enum xenbus_state)state;
    }
}

/* Begin with this backend, or anew with another one. Its watch fires at once, and so the first look comes. */
static void meet_backend(struct xenbus_device *device, const struct xenbus_backend *backend)
{
    int error;

    forget_backend(device);
    memcpy(device->backend, backend->path, sizeof device->backend);
    device->backend_domain = backend->domain;
    device->peer = XenbusStateUnknown;
    device->again = true;
    format_text(device->state_node, sizeof device->state_node, "%s" XENBUS_STATE_NODE,
                device->backend);
    read_written(device);
    xenbus_enter(device, XenbusStateInitialising);
    device->watch =
        (struct xenstore_watch){.path = device->state_node, .fired = on_backend, .context = device};
    error = xenstore_watch_add(&device->watch);
    if (error != 0) {
        device->watch.path = NULL;
        xenbus_complain(device, "cannot watch its backend", error);
    }
}

static void add(struct xenbus_driver *driver, unsigned number, const struct xenbus_backend *backend)
{
    struct xenbus_device *device;

    if (device_count >= XENBUS_DEVICES_MAX ||
        (device = heap_alloc_zeroed(sizeof *device)) == NULL) {
        print("%s/%u: no room for it\n", driver->type, number);
        return;
    }
    device->driver = driver;
    device->number = number;
    device->present = true;
    format_text(device->path, sizeof device->path, "device/%s/%u", driver->type, number);
    memcpy(device->backend, backend->path, sizeof device->backend);
    device->backend_domain = backend->domain;
    list_push_back(&devices, &device->devices);
    device_count++;
    device->ignored = driver->probe(device) != 0;
    if (!device->ignored) {
        meet_backend(device, backend);
    }
}

static void forget(struct xenbus_device *device)
{
    forget_backend(device);
    if (!device->ignored) {
        xenbus_let_go(device);
        device->driver->removed(device);
    }
    list_remove(&device->devices);
    device_count--;
    heap_free(device);
}

static void found(struct xenbus_driver *driver, unsigned number)
{
    struct xenbus_device *device = find(driver, number);
    struct xenbus_backend backend = {.domain = 0};
    char folder[XENBUS_PATH_SIZE];
    int error;

    format_text(folder, sizeof folder, "device/%s/%u", driver->type, number);
    error = xenbus_read_backend(folder, &backend);
    if (device == NULL) {
        if (error == 0) {
            add(driver, number, &backend);
        }
        return;
    }
    device->present = !xenbus_missing(error);
    if (error == 0 && !device->ignored &&
        (!string_equal(device->backend, backend.path) ||
         device->backend_domain != backend.domain)) {
        xenbus_let_go(device);
        meet_backend(device, &backend);
    }
}

static void remove_absent(const struct xenbus_driver *driver)
{
    struct list *next;

    for (struct list *link = devices.next; link != &devices; link = next) {
        struct xenbus_device *device = LIST_ENTRY(link, struct xenbus_device, devices);

        next = link->next;
        if (device->driver == driver && !device->present) {
            forget(device);
        }
    }
}

static void mark_absent(struct xenbus_device *device)
{
    device->present = false;
}

static int scan(struct xenbus_driver *driver)
{
    char folder[XENBUS_PATH_SIZE];
    char **names;
    size_t count;
    int error;

    format_text(folder, sizeof folder, "device/%s", driver->type);
    error = xenstore_directory(XENSTORE_NO_TRANSACTION, folder, &names, &count);
    if (error != 0 && !xenbus_missing(error)) {
        return error;
    }
    xenbus_devices_each(mark_absent);
    for (size_t i = 0; i < count; i++) {
        unsigned number;

        if (xenbus_parse_number(names[i], &number)) {
            found(driver, number);
        }
    }
    heap_free(names);
    remove_absent(driver);
    return 0;
}

int xenbus_devices_scan(void)
{
    int error = 0;

    for (struct list *link = drivers.next; link != &drivers && error == 0; link = link->next) {
        error = scan(LIST_ENTRY(link, struct xenbus_driver, drivers));
    }
    return error;
}
