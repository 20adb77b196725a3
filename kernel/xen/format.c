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
    bool left, zeros, is_long;
    int width;
    int precision; /* -1: not given */
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

static void put_spaces(struct output *out, size_t count)
{
    char *place = reserve(out, &count);

    memset(place, ' ', count);
}

static void put_padded(struct output *out, const struct conversion *c, const char *text,
                       size_t length)
{
    size_t padding = c->width > 0 && (size_t)c->width > length ? (size_t)c->width - length : 0;

    if (padding > 0 && !c->left) {
        put_spaces(out, padding);
    }
    put(out, text, length);
    if (padding > 0 && c->left) {
        put_spaces(out, padding);
    }
}

/* `sign` is what stands before the digits, of `sign_length` characters. */
static void put_number(struct output *out, const struct conversion *c, uint64_t value,
                       unsigned base, const char *sign, size_t sign_length)
{
    char digits[72];
    char *first = digits + sizeof digits;
    size_t wanted = c->zeros && !c->left && c->width > 0 ? (size_t)c->width : 1;
    const char *enough;

    wanted = wanted < 64 ? wanted : 64;
    enough = first - wanted + sign_length;
    do {
        *--first = "0123456789abcdef"[value % base];
        value /= base;
    } while (value > 0);
    while (first > enough) {
        *--first = '0';
    }
    while (sign_length > 0) {
        *--first = sign[--sign_length];
    }
    put_padded(out, c, first, (size_t)(digits + sizeof digits - first));
}

static int parse_number(const char **format, va_list *arguments)
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
static const char *parse(const char *format, struct conversion *c, va_list *arguments)
{
    *c = (struct conversion){.precision = -1};
    for (; *format == '-' || *format == '0'; format++) {
        c->left |= *format == '-';
        c->zeros |= *format == '0';
    }
    c->width = parse_number(&format, arguments);
    if (*format == '.') {
        format++;
        c->precision = parse_number(&format, arguments);
    }
    for (; *format == 'l' || *format == 'z'; format++) {
        c->is_long = true;
    }
    c->letter = *format;
    return *format == '\0' ? format : format + 1;
}

static void put_signed(struct output *out, const struct conversion *c, int64_t value)
{
    put_number(out, c, value < 0 ? -(uint64_t)value : (uint64_t)value, 10, "-", value < 0);
}

static void put_string(struct output *out, const struct conversion *c, const char *text)
{
    size_t limit = c->precision >= 0 ? (size_t)c->precision : SIZE_MAX;

    text = text != NULL ? text : "(null)";
    put_padded(out, c, text, string_length(text, limit));
}

static void convert(struct output *out, const struct conversion *c, va_list *arguments)
{
    char one;

    switch (c->letter) {
    case 'c':
        one = (char)va_arg(*arguments, int);
        put_padded(out, c, &one, 1);
        break;
    case 's':
        put_string(out, c, va_arg(*arguments, const char *));
        break;
    case 'd':
    case 'i':
        put_signed(out, c, c->is_long ? va_arg(*arguments, long) : va_arg(*arguments, int));
        break;
    case 'u':
    case 'x':
        put_number(out, c,
                   c->is_long ? va_arg(*arguments, unsigned long) : va_arg(*arguments, unsigned),
                   c->letter == 'u' ? 10 : 16, "", 0);
        break;
    case 'p':
        put_number(out, c, (uintptr_t)va_arg(*arguments, void *), 16, "0x", 2);
        break;
    default:
        put(out, &c->letter, 1);
        break;
    }
}

/* How many characters of `format` stand for themselves. */
static size_t literal_length(const char *format)
{
    size_t length = 0;

    while (format[length] != '%' && format[length] != '\0') {
        length++;
    }
    return length;
}

size_t format_text_list(char *buffer, size_t size, const char *format, va_list arguments)
{
    struct output out = {.next = buffer, .end = buffer + size - 1};
    va_list left;

    va_copy(left, arguments);
    while (*format != '\0') {
        struct conversion conversion;
        size_t literal = literal_length(format);

        if (literal > 0) {
            put(&out, format, literal);
            format += literal;
        } else {
            format = parse(format + 1, &conversion, &left);
            convert(&out, &conversion, &left);
        }
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
