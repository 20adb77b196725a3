/*
 * The command line: words of the form name or name=value, separated by spaces. What follows the word "--" belongs to the
 * application.
 */
#pragma once

#include <stardust/types.h>

/**
 * Copy the value of the kernel's option `name` to `value`, of `size` bytes, cut off and NUL-terminated if need be. An
 * option without "=" has the value "".
 *
 * When it is given twice, the last one counts.
 * Returns whether it was given; `value` is "" when not.
 */
bool option_text(const char *command_line, const char *name, char *value, size_t size);

/**
 * The value of the kernel's option `name` as an unsigned decimal or 0x... number; `otherwise` when it is not given or not
 * a number that fits in 64 bits.
 */
uint64_t option_number(const char *command_line, const char *name, uint64_t otherwise);

/** Where the application's part of the command line begins: after "--"; at the closing NUL when there is none. */
const char *option_application_words(const char *command_line);
