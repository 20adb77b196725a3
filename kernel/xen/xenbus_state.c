/* The two sides' states in xenstore, and what is said when a device breaks: see xenbus_device.h. */
#include <kernel/xen/xenbus_device.h>

#include <stardust/print.h>

#define PATH_SIZE   (XENBUS_PATH_SIZE + 64)
#define REASON_SIZE 128

static enum xenbus_state state_written(const struct xenbus_device *device, enum xenbus_state own)
{
    return own == XenbusStateInitialised ? device->driver->published : own;
}

static void own_node(const struct xenbus_device *device, char path[PATH_SIZE], const char *name)
{
    format_text(path, PATH_SIZE, "%s/%s", device->path, name);
}

struct change {
    struct xenbus_device *device;
    enum xenbus_state own;
};

/* Writing makes a node's folder, too; the toolstack has just removed it when there is no state to be read. */
static int write_state(uint32_t transaction, const struct change *change)
{
    char path[PATH_SIZE];
    uint64_t before;
    int error;

    own_node(change->device, path, "state");
    error = xenstore_read_number(transaction, path, &before);
    if (error != 0 && error != -XEN_EINVAL) {
        return error;
    }
    return xenstore_printf(transaction, path, "%u",
                           (unsigned)state_written(change->device, change->own));
}

static int change_state(uint32_t transaction, void *argument)
{
    return write_state(transaction, argument);
}

static int publish(uint32_t transaction, void *argument)
{
    const struct change *change = argument;
    int error = change->device->driver->publish(change->device, transaction);

    return error != 0 ? error : write_state(transaction, change);
}

static int commit(struct xenbus_device *device, enum xenbus_state own,
                  int (*body)(uint32_t transaction, void *argument))
{
    struct change change = {.device = device, .own = own};
    int error = xenstore_transaction(body, &change);

    if (error == 0) {
        device->written = state_written(device, own);
    }
    return error;
}

int xenbus_publish(struct xenbus_device *device)
{
    int error = commit(device, XenbusStateInitialised, publish);

    if (error == 0) {
        device->own = XenbusStateInitialised;
    }
    return error;
}

/* What somebody held against the connection that has ended does not hold for the next one. */
static void forget_close(struct xenbus_device *device)
{
    uint8_t wish = XENBUS_WISH_CLOSE;

    __atomic_compare_exchange_n(&device->wish, &wish, XENBUS_NO_WISH, false, __ATOMIC_ACQ_REL,
                                __ATOMIC_RELAXED);
}

void xenbus_enter(struct xenbus_device *device, enum xenbus_state state)
{
    int error = 0;

    device->own = state;
    if (state == XenbusStateInitialising) {
        forget_close(device);
    }
    if (device->written != state_written(device, state)) {
        error = commit(device, state, change_state);
    }
    if (error != 0 && !xenbus_missing(error)) {
        print("%s/%u: cannot write its state %d (error %d)\n", device->driver->type, device->number,
              (int)state, error);
    }
}

void xenbus_read_peer(struct xenbus_device *device)
{
    uint64_t state = XenbusStateUnknown;
    int error = xenstore_read_number(XENSTORE_NO_TRANSACTION, device->watch.path, &state);

    /* No answer is no news. */
    if (error == 0 || xenbus_missing(error) || error == -XEN_EINVAL) {
        device->peer =
            state <= XenbusStateReconfigured ? (enum xenbus_state)state : XenbusStateUnknown;
    }
}

void xenbus_complain(const struct xenbus_device *device, const char *what, int error)
{
    if (error == 0) {
        print("%s/%u: %s; closed\n", device->driver->type, device->number, what);
    } else {
        print("%s/%u: %s (error %d); closed\n", device->driver->type, device->number, what, error);
    }
}

void xenbus_fail(struct xenbus_device *device, const char *format, ...)
{
    char reason[REASON_SIZE];
    va_list arguments;

    va_start(arguments, format);
    format_text_list(reason, sizeof reason, format, arguments);
    va_end(arguments);
    xenbus_complain(device, reason, 0);
    xenbus_close(device);
}
