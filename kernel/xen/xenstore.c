/* The client on the xenstore ring: see stardust/xenstore.h. */
#include <stardust/xenstore.h>

#include <xen/errno.h>

int xenstore_init(void)
{
    return 0;
}

int xenstore_read(uint32_t transaction, const char *path, char **value, size_t *length)
{
    (void)transaction, (void)path, (void)length;
    *value = NULL;
    return -XEN_ENODEV;
}

int xenstore_read_number(uint32_t transaction, const char *path, uint64_t *number)
{
    (void)transaction, (void)path, (void)number;
    return -XEN_ENODEV;
}

int xenstore_write(uint32_t transaction, const char *path, const char *value)
{
    (void)transaction, (void)path, (void)value;
    return -XEN_ENODEV;
}

int xenstore_write_bytes(uint32_t transaction, const char *path, const void *bytes, size_t length)
{
    (void)transaction, (void)path, (void)bytes, (void)length;
    return -XEN_ENODEV;
}

int xenstore_printf(uint32_t transaction, const char *path, const char *format, ...)
{
    (void)transaction, (void)path, (void)format;
    return -XEN_ENODEV;
}

int xenstore_mkdir(uint32_t transaction, const char *path)
{
    (void)transaction, (void)path;
    return -XEN_ENODEV;
}

int xenstore_remove(uint32_t transaction, const char *path)
{
    (void)transaction, (void)path;
    return -XEN_ENODEV;
}

int xenstore_directory(uint32_t transaction, const char *path, char ***names, size_t *count)
{
    (void)transaction, (void)path;
    *names = NULL;
    *count = 0;
    return -XEN_ENODEV;
}

int xenstore_permissions(uint32_t transaction, const char *path,
                         struct xenstore_permission **permissions, size_t *count)
{
    (void)transaction, (void)path;
    *permissions = NULL;
    *count = 0;
    return -XEN_ENODEV;
}

int xenstore_set_permissions(uint32_t transaction, const char *path,
                             const struct xenstore_permission *permissions, size_t count)
{
    (void)transaction, (void)path, (void)permissions, (void)count;
    return -XEN_ENODEV;
}

int xenstore_transaction(int (*body)(uint32_t transaction, void *argument), void *argument)
{
    (void)body, (void)argument;
    return -XEN_ENODEV;
}

int xenstore_watch_add(struct xenstore_watch *watch)
{
    (void)watch;
    return -XEN_ENODEV;
}

void xenstore_watch_remove(struct xenstore_watch *watch)
{
    (void)watch;
}

void xenstore_suspend(void)
{
}

void xenstore_resume(bool cancelled)
{
    (void)cancelled;
}

struct xenstore_statistics xenstore_statistics(void)
{
    return (struct xenstore_statistics){0};
}
