/* What can be asked of xenstored about a node: see stardust/xenstore.h. */
#include <kernel/xen/xenstore_client.h>

#include <stardust/bytes.h>
#include <stardust/heap.h>
#include <stardust/print.h>

#include <xen/errno.h>

enum { FORMATTED_MAX = 256, PERMISSION_MAX = 8 }; /* bytes: "b65535" and a NUL */

struct xenstore_part xenstore_text(const char *string)
{
    return (struct xenstore_part){string, string_length(string, XENSTORE_PAYLOAD_MAX) + 1};
}

int xenstore_do(uint32_t type, uint32_t transaction, const struct xenstore_part *parts,
                unsigned count)
{
    struct xenstore_answer answer;
    int error = xenstore_ask(type, transaction, parts, count, &answer);

    heap_free(answer.payload);
    return error;
}

static int ask_about(uint32_t type, uint32_t transaction, const char *path,
                     struct xenstore_answer *answer)
{
    struct xenstore_part part = xenstore_text(path);

    return xenstore_ask(type, transaction, &part, 1, answer);
}

int xenstore_read(uint32_t transaction, const char *path, char **value, size_t *length)
{
    struct xenstore_answer answer;
    int error = ask_about(XS_READ, transaction, path, &answer);

    *value = answer.payload;
    if (length != NULL) {
        *length = answer.length;
    }
    return error;
}

int xenstore_read_number(uint32_t transaction, const char *path, uint64_t *number)
{
    struct xenstore_answer answer;
    int error = ask_about(XS_READ, transaction, path, &answer);

    if (error == 0) {
        error = xenstore_number(answer.payload, answer.length, number);
    }
    heap_free(answer.payload);
    return error;
}

int xenstore_write_bytes(uint32_t transaction, const char *path, const void *bytes, size_t length)
{
    /* Without the NUL that ends a C string: it would become part of the value. */
    struct xenstore_part parts[] = {xenstore_text(path), {bytes, length}};

    return xenstore_do(XS_WRITE, transaction, parts, 2);
}

int xenstore_write(uint32_t transaction, const char *path, const char *value)
{
    return xenstore_write_bytes(transaction, path, value,
                                string_length(value, XENSTORE_PAYLOAD_MAX + 1));
}

int xenstore_printf(uint32_t transaction, const char *path, const char *format, ...)
{
    char value[FORMATTED_MAX];
    va_list arguments;
    size_t length;

    va_start(arguments, format);
    length = format_text_list(value, sizeof value, format, arguments);
    va_end(arguments);
    return length < sizeof value ? xenstore_write_bytes(transaction, path, value, length)
                                 : -XEN_E2BIG;
}

int xenstore_mkdir(uint32_t transaction, const char *path)
{
    struct xenstore_part part = xenstore_text(path);

    return xenstore_do(XS_MKDIR, transaction, &part, 1);
}

int xenstore_remove(uint32_t transaction, const char *path)
{
    struct xenstore_part part = xenstore_text(path);

    return xenstore_do(XS_RM, transaction, &part, 1);
}

/* One block: pointers to the names, then the names. */
static int make_names(const struct xenstore_answer *answer, char ***names, size_t *count)
{
    int found = xenstore_names_count(answer->payload, answer->length);
    size_t pointers = (size_t)found * sizeof(char *);
    char *text;

    if (found <= 0) {
        return found;
    }
    *names = heap_alloc(pointers + answer->length);
    if (*names == NULL) {
        return -XEN_ENOMEM;
    }
    text = (char *)*names + pointers;
    memcpy(text, answer->payload, answer->length);
    *count = (size_t)found;
    for (size_t i = 0; i < *count; i++) {
        (*names)[i] = text;
        text += string_length(text, answer->length) + 1;
    }
    return 0;
}

int xenstore_directory(uint32_t transaction, const char *path, char ***names, size_t *count)
{
    struct xenstore_answer answer;
    int error = ask_about(XS_DIRECTORY, transaction, path, &answer);

    *names = NULL;
    *count = 0;
    if (error == 0) {
        error = make_names(&answer, names, count);
    }
    heap_free(answer.payload);
    return error;
}

/* "r5": what the domain 5 may do. */
static bool read_permission(const char *text, struct xenstore_permission *permission)
{
    size_t length = string_length(text, PERMISSION_MAX);
    uint64_t domain;

    if (bytes_before(text[0], "nrwb", 4) == 4 ||
        xenstore_number(text + 1, length - 1, &domain) != 0 || domain > UINT16_MAX) {
        return false;
    }
    *permission = (struct xenstore_permission){(domid_t)domain, text[0]};
    return true;
}

static int make_permissions(const struct xenstore_answer *answer,
                            struct xenstore_permission **permissions, size_t *count)
{
    int found = xenstore_names_count(answer->payload, answer->length);
    const char *text = answer->payload;

    if (found <= 0) {
        return -XEN_EIO;
    }
    *permissions = heap_alloc((size_t)found * sizeof **permissions);
    if (*permissions == NULL) {
        return -XEN_ENOMEM;
    }
    for (*count = 0; *count < (size_t)found; ++*count) {
        if (!read_permission(text, &(*permissions)[*count])) {
            return -XEN_EIO;
        }
        text += string_length(text, answer->length) + 1;
    }
    return 0;
}

int xenstore_permissions(uint32_t transaction, const char *path,
                         struct xenstore_permission **permissions, size_t *count)
{
    struct xenstore_answer answer;
    int error = ask_about(XS_GET_PERMS, transaction, path, &answer);

    *permissions = NULL;
    *count = 0;
    if (error == 0) {
        error = make_permissions(&answer, permissions, count);
    }
    if (error != 0) {
        heap_free(*permissions);
        *permissions = NULL;
        *count = 0;
    }
    heap_free(answer.payload);
    return error;
}

static size_t write_permission(char *text, const struct xenstore_permission *permission)
{
    return format_text(text, PERMISSION_MAX, "%c%u", permission->access, permission->domain) + 1;
}

int xenstore_set_permissions(uint32_t transaction, const char *path,
                             const struct xenstore_permission *permissions, size_t count)
{
    struct xenstore_part parts[2] = {xenstore_text(path)};
    char *text;
    int error;

    if (count > XENSTORE_PAYLOAD_MAX / PERMISSION_MAX) {
        return -XEN_E2BIG;
    }
    text = heap_alloc(count * PERMISSION_MAX);
    if (text == NULL) {
        return -XEN_ENOMEM;
    }
    parts[1].bytes = text;
    for (size_t i = 0; i < count; i++) {
        parts[1].length += write_permission(text + parts[1].length, &permissions[i]);
    }
    error = xenstore_do(XS_SET_PERMS, transaction, parts, 2);
    heap_free(text);
    return error;
}
