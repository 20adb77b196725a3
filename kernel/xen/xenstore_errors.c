/* The errors that an answer of xenstored may name: see xenstore_wire.h. Their list is in the public header xs_wire.h. */
#include <kernel/xen/xenstore_wire.h>

#include <stardust/bytes.h>

#include <xen/errno.h>

static const struct {
    const char *name;
    int number;
} errors[] = {
    {"EINVAL", XEN_EINVAL}, {"EACCES", XEN_EACCES},   {"EEXIST", XEN_EEXIST},
    {"EISDIR", XEN_EISDIR}, {"ENOENT", XEN_ENOENT},   {"ENOMEM", XEN_ENOMEM},
    {"ENOSPC", XEN_ENOSPC}, {"EIO", XEN_EIO},         {"ENOTEMPTY", XEN_ENOTEMPTY},
    {"ENOSYS", XEN_ENOSYS}, {"EROFS", XEN_EROFS},     {"EBUSY", XEN_EBUSY},
    {"EAGAIN", XEN_EAGAIN}, {"EISCONN", XEN_EISCONN}, {"E2BIG", XEN_E2BIG},
    {"EPERM", XEN_EPERM},
};

int xenstore_error_number(const char *name, size_t length)
{
    size_t known = string_length(name, length);

    for (size_t i = 0; i < ARRAY_LENGTH(errors); i++) {
        if (string_length(errors[i].name, known + 1) == known &&
            memcmp(errors[i].name, name, known) == 0) {
            return -errors[i].number;
        }
    }
    return -XEN_EIO;
}
