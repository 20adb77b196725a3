/* Formatting text: a printf for the kernel, with what the kernel needs of it. See stardust/print.h. */
#include <stardust/print.h>

#include <stardust/bytes.h>

/* Where text goes: what does not fit is counted, not stored. */
struct output {
    char *next;
    char *end; /* of what is for characters: there is a place for a NUL behind it */
    size_t lost;
};

/* A conversion: %[-0][width][.precision][l|ll|z]letter */
struct conversion {
    int width;     /* negative: on the left of so many places */
    int precision; /* -1: not given */
    bool zeros, is_long;
    char letter;
};

/* Get the place for `*length` more characters, or for fewer, when there is no room for all. */
static inline char *reserve(struct output *out, size_t *length)
{
    char *place = out->next;
    size_t room = (size_t)(out->end - place);

    if (__builtin_expect(*length > room, 0)) {
        out->lost += *length - room;
        *length = room;
    }
    out->next = place + *length;
    return place;
}

static inline void put(struct output *out, const char *text, size_t length)
{
    char *place = reserve(out, &length);

    memcpy(place, text, length);
}

static inline void put_spaces(struct output *out, size_t count)
{
    char *place = reserve(out, &count);

    memset(place, ' ', count);
}

static inline void put_padded(struct output *out, int width, const char *text, size_t length)
{
    if (width > 0 && (size_t)width > length) {
        put_spaces(out, (size_t)width - length);
    }
    put(out, text, length);
    if (width < 0 && -(size_t)width > length) {
        put_spaces(out, -(size_t)width - length);
    }
}

/* Write the digits of `value` so that they end before `end`. Returns where they begin. */
static inline char *hexadecimal(char *end, uint64_t value)
{
    do {
        *--end = "0123456789abcdef"[value % 16];
        value /= 16;
    } while (value > 0);
    return end;
}

/* A division for two digits. */
static inline char *decimal(char *end, uint64_t value)
{
    for (; value >= 100; value /= 100) {
        unsigned two = (unsigned)(value % 100);

        *--end = (char)('0' + two % 10);
        *--end = (char)('0' + two / 10);
    }
    *--end = (char)('0' + value % 10);
    if (value >= 10) {
        *--end = (char)('0' + value / 10);
    }
    return end;
}

/* What a number needs besides its digits: as many zeros as a width may ask for, and a sign. */
#define NUMBER_SIZE 72

/* Write `value` behind `sign`, of `sign_length` characters, so that it ends before `end`. Returns where it begins. */
static inline char *number(char *end, const struct conversion *c, uint64_t value, unsigned base,
                           const char *sign, size_t sign_length)
{
    char *first = base == 16 ? hexadecimal(end, value) : decimal(end, value);

    if (c->zeros && c->width > 0) {
        const char *enough = end - (c->width < 64 ? c->width : 64) + sign_length;

        while (first > enough) {
            *--first = '0';
        }
    }
    while (sign_length > 0) {
        *--first = sign[--sign_length];
    }
    return first;
}

static inline int parse_number(const char **format, va_list *arguments)
{
    int number = 0;

    if (**format == '*') {
        (*format)++;
        return va_arg(*arguments, int);
    }
    while (**format >= '0' && **format <= '9') {
        number = number * 10 + (*(*format)++ - '0');
    }
    return number;
}

/* Read the conversion that begins after '%'. Returns where the format goes on. */
static inline const char *parse(const char *format, struct conversion *c, va_list *arguments)
{
    bool left = false;

    *c = (struct conversion){.precision = -1};
    if (*format <= '9') {
        for (; *format == '-' || *format == '0'; format++) {
            left |= *format == '-';
            c->zeros |= *format == '0';
        }
        c->width = parse_number(&format, arguments);
        c->width = left && c->width > 0 ? -c->width : c->width;
        if (*format == '.') {
            format++;
            c->precision = parse_number(&format, arguments);
        }
    }
    for (; *format == 'l' || *format == 'z'; format++) {
        c->is_long = true;
    }
    c->letter = *format;
    return *format == '\0' ? format : format + 1;
}

static inline uint64_t unsigned_argument(const struct conversion *c, va_list *arguments)
{
    return c->is_long ? va_arg(*arguments, unsigned long) : va_arg(*arguments, unsigned);
}

static inline int64_t signed_argument(const struct conversion *c, va_list *arguments)
{
    return c->is_long ? va_arg(*arguments, long) : va_arg(*arguments, int);
}

/* The text that a conversion stands for, perhaps at `room`, which has place for a number. */
static inline const char *convert(struct conversion *c, va_list *arguments, char *room,
                                  size_t *length)
{
    char *end = room + NUMBER_SIZE;
    const char *text;
    int64_t value;

    switch (c->letter) {
    case 's':
        text = va_arg(*arguments, const char *);
        text = text != NULL ? text : "(null)";
        *length =
            c->precision < 0 ? bytes_until('\0', text) : string_length(text, (size_t)c->precision);
        return text;
    case 'd':
    case 'i':
        value = signed_argument(c, arguments);
        text = number(end, c, value < 0 ? -(uint64_t)value : (uint64_t)value, 10, "-", value < 0);
        break;
    case 'u':
        text = number(end, c, unsigned_argument(c, arguments), 10, "", 0);
        break;
    case 'x':
        text = number(end, c, unsigned_argument(c, arguments), 16, "", 0);
        break;
    case 'p':
        text = number(end, c, (uintptr_t)va_arg(*arguments, void *), 16, "0x", 2);
        break;
    case 'c':
        end[-1] = (char)va_arg(*arguments, int);
        text = end - 1;
        break;
    default:
        end[-1] = c->letter;
        c->width = 0;
        text = end - 1;
        break;
    }
    *length = (size_t)(end - text);
    return text;
}

/* How many characters of `format` stand for themselves: often only a few. */
static inline size_t literal_length(const char *format)
{
    for (size_t length = 0; length < 4; length++) {
        if (format[length] == '%' || format[length] == '\0') {
            return length;
        }
    }
    return 4 + bytes_until('%', format + 4);
}

size_t format_text_list(char *buffer, size_t size, const char *format, va_list arguments)
{
    struct output out = {.next = buffer, .end = buffer + size - 1};
    char room[NUMBER_SIZE];
    va_list left;

    va_copy(left, arguments);
    for (;;) {
        size_t length = literal_length(format);
        struct conversion conversion;
        const char *text;

        put(&out, format, length);
        format += length;
        if (*format == '\0') {
            break;
        }
        format = parse(format + 1, &conversion, &left);
        text = convert(&conversion, &left, room, &length);
        put_padded(&out, conversion.width, text, length);
    }
    va_end(left);
    *out.next = '\0';
    return (size_t)(out.next - buffer) + out.lost;
}

size_t format_text(char *buffer, size_t size, const char *format, ...)
{
    va_list arguments;
    size_t length;

    va_start(arguments, format);
    length = format_text_list(buffer, size, format, arguments);
    va_end(arguments);
    return length;
}
