/* Text that grows: see text.h. */
#include "text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "message.h"

void *allocate(size_t size)
{
    void *memory = calloc(1, size > 0 ? size : 1);

    if (memory == NULL) {
        fail(STATUS_FAILED, "out of memory (%zu bytes wanted)", size);
    }
    return memory;
}

void *reallocate(void *memory, size_t size)
{
    memory = realloc(memory, size > 0 ? size : 1);
    if (memory == NULL) {
        fail(STATUS_FAILED, "out of memory (%zu bytes wanted)", size);
    }
    return memory;
}

char *copy_string(const char *string)
{
    size_t size = strlen(string) + 1;

    return memcpy(allocate(size), string, size);
}

static void text_vprintf(struct text *t, const char *format, va_list arguments)
{
    va_list again;
    int length;

    va_copy(again, arguments);
    length = vsnprintf(NULL, 0, format, again);
    va_end(again);
    if (length < 0) {
        fail(STATUS_FAILED, "cannot format \"%s\"", format);
    }

    char *line = allocate((size_t)length + 1);

    vsnprintf(line, (size_t)length + 1, format, arguments);
    text_append(t, line, (size_t)length);
    free(line);
}

char *format_string(const char *format, ...)
{
    struct text t = {0};
    va_list arguments;

    va_start(arguments, format);
    text_vprintf(&t, format, arguments);
    va_end(arguments);
    return t.bytes;
}

void text_append(struct text *t, const void *bytes, size_t length)
{
    if (t->length + length + 1 > t->capacity) {
        t->capacity = 2 * (t->length + length) + 64;
        t->bytes = reallocate(t->bytes, t->capacity);
    }
    memcpy(t->bytes + t->length, bytes, length);
    t->length += length;
    t->bytes[t->length] = '\0';
}

void text_printf(struct text *t, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    text_vprintf(t, format, arguments);
    va_end(arguments);
}

void text_free(struct text *t)
{
    free(t->bytes);
    *t = (struct text){0};
}
