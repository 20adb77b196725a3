/* Formatted text on the console: see stardust/print.h. */
#include <stardust/print.h>

#include <stardust/console.h>

void print(const char *format, ...)
{
    char line[256];
    va_list arguments;
    size_t length;

    va_start(arguments, format);
    length = format_text_list(line, sizeof line, format, arguments);
    va_end(arguments);
    console_write(line, length < sizeof line ? length : sizeof line - 1);
}
