/*
 * Formatted text on the console, for the kernel. Applications have printf.
 */
#pragma once

#include <stdarg.h>

#include <stardust/types.h>

/**
 * Print like printf, with the conversions %c %s %d %i %u %x %p %%, the flags - and 0, a width (or *), a precision for %s
 * (or *), and the lengths l, ll and z. Anything else is printed as it stands.
 *
 * Context: any. A call's text stays together up to 256 bytes.
 */
void print(const char *format, ...) __attribute__((format(printf, 1, 2)));

/** print() into `buffer` of `size` > 0 bytes. Returns the length that the whole text has, which may be more. */
size_t format_text(char *buffer, size_t size, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/** format_text() with the arguments in a va_list. */
size_t format_text_list(char *buffer, size_t size, const char *format, va_list arguments);
