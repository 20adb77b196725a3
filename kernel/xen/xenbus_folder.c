/* What the toolstack has written into a device's folder, checked: see xenbus_device.h. */
#include <kernel/xen/xenbus_device.h>

#include <stardust/bytes.h>
#include <stardust/heap.h>
#include <stardust/print.h>

#include <xen/errno.h>

#define NODE_SIZE  (XENBUS_PATH_SIZE + 16)
#define DIGITS_MAX 10 /* of the largest number that an unsigned holds */

/* What begins with zeroes comes out without them: then there is no such folder. */
bool xenbus_parse_number(const char *name, unsigned *number)
{
    size_t length = string_length(name, DIGITS_MAX + 1);
    uint64_t value = 0;

    for (size_t i = 0; i < length; i++) {
        if (name[i] < '0' || name[i] > '9') {
            return false;
        }
        value = value * 10 + (uint64_t)(name[i] - '0');
    }
    *number = (unsigned)value;
    return length > 0 && length <= DIGITS_MAX && value <= UINT32_MAX;
}

static int read_backend_path(const char *folder, char path[XENBUS_BACKEND_SIZE])
{
    char node[NODE_SIZE];
    char *value;
    size_t length;
    int error;

    format_text(node, sizeof node, "%s/backend", folder);
    error = xenstore_read(XENSTORE_NO_TRANSACTION, node, &value, &length);
    if (error != 0) {
        return error;
    }
    if (value[0] != '/' || length + sizeof XENBUS_STATE_NODE > XENBUS_BACKEND_SIZE ||
        string_length(value, length) != length) {
        error = -XEN_EINVAL;
    } else {
        memcpy(path, value, length + 1);
    }
    heap_free(value);
    return error;
}

int xenbus_read_backend(const char *folder, struct xenbus_backend *backend)
{
    char node[NODE_SIZE];
    uint64_t domain;
    int error = read_backend_path(folder, backend->path);

    if (error == 0) {
        format_text(node, sizeof node, "%s/backend-id", folder);
        error = xenstore_read_number(XENSTORE_NO_TRANSACTION, node, &domain);
    }
    if (error == 0 && domain >= DOMID_FIRST_RESERVED) {
        error = -XEN_EINVAL;
    }
    if (error == 0) {
        backend->domain = (domid_t)domain;
    }
    return error;
}
