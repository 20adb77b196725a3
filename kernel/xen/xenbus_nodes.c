/* Reading what a backend offers, and writing what we do: see stardust/xenbus.h. */
#include <stardust/xenbus.h>

#include <stardust/print.h>

#include <xen/errno.h>

#define NAME_SIZE  64
#define VALUE_SIZE 256

static int node_path(char *path, size_t size, const char *folder, const char *name)
{
    return format_text(path, size, "%s/%s", folder, name) < size ? 0 : -XEN_E2BIG;
}

int xenbus_read_number(const struct xenbus_device *device, const char *name, uint64_t least,
                       uint64_t most, uint64_t *number)
{
    char path[XENBUS_BACKEND_SIZE + NAME_SIZE];
    uint64_t read;
    int error = node_path(path, sizeof path, device->backend, name);

    if (error == 0) {
        error = xenstore_read_number(XENSTORE_NO_TRANSACTION, path, &read);
    }
    if (error == 0 && (read < least || read > most)) {
        error = -XEN_ERANGE;
    }
    if (error == 0) {
        *number = read;
    }
    return error;
}

bool xenbus_read_flag(const struct xenbus_device *device, const char *name, bool otherwise)
{
    uint64_t value = otherwise;

    xenbus_read_number(device, name, 0, UINT64_MAX, &value);
    return value != 0;
}

int xenbus_write(const struct xenbus_device *device, uint32_t transaction, const char *name,
                 const char *format, ...)
{
    char path[XENBUS_PATH_SIZE + NAME_SIZE];
    char value[VALUE_SIZE];
    size_t length;
    va_list arguments;
    int error = node_path(path, sizeof path, device->path, name);

    va_start(arguments, format);
    length = format_text_list(value, sizeof value, format, arguments);
    va_end(arguments);
    if (error == 0 && length >= sizeof value) {
        error = -XEN_E2BIG;
    }
    return error == 0 ? xenstore_write(transaction, path, value) : error;
}
