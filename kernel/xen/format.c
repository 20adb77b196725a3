/* Formatting text: a printf for the kernel, with what the kernel needs of it. See stardust/print.h. */
#include <stardust/print.h>

#include <stardust/bytes.h>

/* Where text goes: what does not fit is counted, not stored. */
struct output {
    char *buffer;
    size_t size;
    size_t length;
};

/* A conversion: %[-0][width][.precision][l|ll|z]letter */
struct conversion {
    bool left, zeros, is_long;
    int width;
    int precision; /* -1: not given */
    char letter;
};

static void put(struct output *out, char c)
{
    if (out->length + 1 < out->size) {
        out->buffer[out->length] = c;
    }
    out->length++;
}

static void put_padded(struct output *out, const struct conversion *c, const char *text,
                       size_t length)
{
    size_t padding = c->width > 0 && (size_t)c->width > length ? (size_t)c->width - length : 0;

    for (size_t i = 0; !c->left && i < padding; i++) {
        put(out, ' ');
    }
    for (size_t i = 0; i < length; i++) {
        put(out, text[i]);
    }
    for (size_t i = 0; c->left && i < padding; i++) {
        put(out, ' ');
    }
}

static void put_number(struct output *out, const struct conversion *c, uint64_t value,
                       unsigned base, const char *sign)
{
    char digits[72];
    size_t first = sizeof digits;
    size_t sign_length = string_length(sign, 2);
    size_t wanted = c->zeros && !c->left && c->width > 0 ? (size_t)c->width : 1;

    if (wanted > 64) {
        wanted = 64;
    }
    do {
        digits[--first] = "0123456789abcdef"[value % base];
        value /= base;
    } while (value > 0);
    while (sizeof digits - first + sign_length < wanted) {
        digits[--first] = '0';
    }
    first -= sign_length;
    memcpy(digits + first, sign, sign_length);
    put_padded(out, c, digits + first, sizeof digits - first);
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
    put_number(out, c, value < 0 ? -(uint64_t)value : (uint64_t)value, 10, value < 0 ? "-" : "");
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
                   c->letter == 'u' ? 10 : 16, "");
        break;
    case 'p':
        put_number(out, c, (uintptr_t)va_arg(*arguments, void *), 16, "0x");
        break;
    default:
        put(out, c->letter);
        break;
    }
}

size_t format_text_list(char *buffer, size_t size, const char *format, va_list arguments)
{
    struct output out = {.buffer = buffer, .size = size};
    va_list left;

    va_copy(left, arguments);
    while (*format != '\0') {
        struct conversion conversion;

        if (*format != '%') {
            put(&out, *format++);
            continue;
        }
        format = parse(format + 1, &conversion, &left);
        convert(&out, &conversion, &left);
    }
    va_end(left);
    buffer[out.length < size ? out.length : size - 1] = '\0';
    return out.length;
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
