/* One-line messages and the end of a tool: see message.h. */
#include "message.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static const char *tool = "stardust";

void message_name(const char *name)
{
    tool = name;
}

static void print_line(const char *format, va_list arguments)
{
    fflush(stdout);
    fprintf(stderr, "%s: ", tool);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
}

void message(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    print_line(format, arguments);
    va_end(arguments);
}

void fail(int status, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    print_line(format, arguments);
    va_end(arguments);
    exit(status);
}
