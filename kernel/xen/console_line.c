/* Editing a line as it is typed: see console_line.h, and stardust/console_input.h for what each key does. */
#include "console_line.h"

#include <stardust/bytes.h>

enum key {
    KEY_END = 0x04,       /* Ctrl-D */
    KEY_BACKSPACE = 0x08, /* some terminals send this, most the other */
    KEY_WIPE = 0x15,      /* Ctrl-U */
    KEY_DELETE = 0x7f,
};

static bool is_control(char byte)
{
    return ((unsigned char)byte < ' ' && byte != '\t') || byte == KEY_DELETE;
}

/* All bytes of a UTF-8 character but its first. */
static bool is_continuation(char byte)
{
    return ((unsigned char)byte & 0xc0) == 0x80;
}

/* Show that the last character has gone: a control character was shown as two. Returns the bytes put into `echo`. */
static size_t erase(struct console_line *line, char *echo)
{
    size_t shown = 0;

    while (line->length > 0 && is_continuation(line->bytes[line->length - 1])) {
        line->length--;
    }
    if (line->length > 0) {
        unsigned width = is_control(line->bytes[--line->length]) ? 2 : 1;

        for (; width > 0; width--, shown += 3) {
            memcpy(echo + shown, "\b \b", 3);
        }
    }
    return shown;
}

static size_t wipe(struct console_line *line, char *echo)
{
    size_t shown = 0;

    while (line->length > 0) {
        shown += erase(line, echo + shown);
    }
    return shown;
}

static size_t add(struct console_line *line, char byte, char *echo)
{
    line->bytes[line->length++] = byte;
    line->complete = byte == '\n' || line->length == sizeof line->bytes;
    if (byte == '\n' || !is_control(byte)) {
        echo[0] = byte;
        return 1;
    }
    echo[0] = '^';
    echo[1] = (char)(byte ^ 0x40);
    return 2;
}

size_t console_line_type(struct console_line *line, char byte, char *echo)
{
    bool after_return = line->return_was_last;

    line->return_was_last = byte == '\r';
    switch (byte) {
    case '\n':
        return after_return ? 0 : add(line, '\n', echo);
    case '\r':
        return add(line, '\n', echo);
    case KEY_END:
        line->complete = true;
        return 0;
    case KEY_BACKSPACE:
    case KEY_DELETE:
        return erase(line, echo);
    case KEY_WIPE:
        return wipe(line, echo);
    default:
        return add(line, byte, echo);
    }
}

size_t console_line_give(struct console_line *line, char *buffer, size_t size)
{
    size_t left = line->length - line->given;
    size_t count = size < left ? size : left;

    memcpy(buffer, line->bytes + line->given, count);
    line->given += count;
    if (line->given == line->length) {
        line->length = line->given = 0;
        line->complete = false;
    }
    return count;
}
