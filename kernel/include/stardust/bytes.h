/*
 * The four functions that a C compiler expects everywhere, and a few for strings. They are the only ones in the image:
 * newlib's are left out.
 */
#pragma once

#include <stddef.h>

void *memcpy(void *restrict to, const void *restrict from, size_t length);
void *memmove(void *to, const void *from, size_t length);
void *memset(void *to, int byte, size_t length);
int memcmp(const void *left, const void *right, size_t length);

/** How many of the `length` bytes at `bytes` come before the first that is `byte`; all when none is. */
size_t bytes_before(char byte, const char *bytes, size_t length);

/** How many bytes of a string come before the first that is `stop`; its length when none is. Reads the words that it lies in. */
size_t bytes_until(char stop, const char *string);

/** The length of `string`, at most `limit`: no byte beyond is read. */
size_t string_length(const char *string, size_t limit);

/** Whether two strings are the same. */
int string_equal(const char *left, const char *right);
