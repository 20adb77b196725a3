/*
 * The console's input: what people type, a line at a time. For read(0), getline, scanf; the driver provides the bytes.
 *
 * Someone who reads gets a line when Enter was pressed; until then it can be edited, and is shown as it is typed:
 *     Enter                carriage return, line feed, or both together: ends the line with one '\n'
 *     Backspace, Delete    takes the last character back; Ctrl-U the whole line
 *     Ctrl-D               gives the reader what was typed, without '\n'; at the start of a line: the end of the input (0),
 *                          behind which there may be more, as at a terminal
 * Any other byte is part of the line; control characters are shown as ^X. A line of CONSOLE_LINE_SIZE bytes without Enter is
 * given in parts. Input is taken, and shown, only while somebody reads. What nobody reads yet stays with the backend, which
 * takes no more when its own buffers are full: nothing is dropped.
 */
#pragma once

#include <stardust/console.h>

struct console_source {
    const char *name; /* as shown to people */

    /** Give up to `size` bytes that have come, without waiting; when it gives 0, console_input_arrived tells of the next. Returns how
     * many. Context: thread; one at a time. */
    size_t (*take)(char *bytes, size_t size);

    /** As the sink's: see console.h. */
    void (*resume)(mfn_t ring, evtchn_t port);
};

/** Let console_read have what comes from `source`, which lives for ever. Context: boot. */
void console_input_attach(const struct console_source *source);

/** Tell who reads that the source may have something. Context: thread or upcall. */
void console_input_arrived(void);
