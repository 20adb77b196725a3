/*
 * Text that grows: bytes with a length, always followed by a NUL so that `bytes` is a C string too.
 *
 * Running out of memory ends the tool with a message; no caller has to check for it.
 */
#pragma once

#include <stddef.h>

struct text {
    char *bytes;     /* NULL until something was appended */
    size_t length;   /* bytes in use, without the closing NUL */
    size_t capacity; /* bytes allocated */
};

/** malloc that does not return NULL: it ends the tool with a message instead. The memory is zeroed. */
void *allocate(size_t size);

/** realloc, in the same way; what is added is not zeroed. */
void *reallocate(void *memory, size_t size);

/** A copy of `string` that the caller frees. Ends the tool when there is no memory. */
char *copy_string(const char *string);

/** A new string made as printf would make it; the caller frees it. */
char *format_string(const char *format, ...) __attribute__((format(printf, 1, 2)));

/** Append `length` bytes, NUL bytes among them allowed. */
void text_append(struct text *t, const void *bytes, size_t length);

/** Append what printf would print. */
void text_printf(struct text *t, const char *format, ...) __attribute__((format(printf, 2, 3)));

/** Free the bytes and make `t` empty again. */
void text_free(struct text *t);
