/*
 * A line of the console's input while it is typed: the keys that edit it, and what the terminal is to show for each.
 */
#pragma once

#include <stardust/types.h>

#define CONSOLE_LINE_SIZE 256

/** All zero is an empty line. */
struct console_line {
    char bytes[CONSOLE_LINE_SIZE];
    size_t length;        /* bytes typed so far */
    size_t given;         /* of them given to a reader; only when it is complete */
    bool complete;        /* a reader may have it; nothing more is typed into it */
    bool return_was_last; /* a line feed right behind a carriage return is part of the same key */
};

/* Bytes that one key may show: it may wipe out a line of control characters. */
#define CONSOLE_ECHO_MOST (6 * CONSOLE_LINE_SIZE)

/**
 * Type `byte` into a line that is not complete. Context: any; who owns the line.
 * Returns how many bytes were put into `echo`, which has room for CONSOLE_ECHO_MOST: what the terminal shows now.
 */
size_t console_line_type(struct console_line *line, char byte, char *echo);

/**
 * Copy up to `size` bytes of a complete line that no reader has had yet. Once all were had, the line is empty again.
 * Returns how many; 0 only at the end of the input, or when `size` is 0.
 */
size_t console_line_give(struct console_line *line, char *buffer, size_t size);
