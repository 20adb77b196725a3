/* The ports to the rig: see port.h. The rig's QEMU gives them the numbers 1 and 2. */
#include "port.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int control = -1;
static int console = -1;

void port_open(void)
{
    control = open("/dev/vport0p1", O_RDWR | O_CLOEXEC);
    console = open("/dev/vport0p2", O_WRONLY | O_CLOEXEC);
    if (control < 0 || console < 0) {
        fprintf(stderr, "runner: the ports to the rig: %s\n", strerror(errno));
        exit(1);
    }
}

static void write_all(int port, const char *bytes, size_t length)
{
    while (length > 0) {
        ssize_t written = write(port, bytes, length);

        if (written < 0 && errno != EINTR) {
            fprintf(stderr, "runner: writing to the rig: %s\n", strerror(errno));
            exit(1);
        }
        if (written > 0) {
            bytes += written;
            length -= (size_t)written;
        }
    }
}

static void say(const char *format, va_list arguments)
{
    char line[1024];
    int length = vsnprintf(line, sizeof line - 1, format, arguments);

    if (length > (int)sizeof line - 2) {
        length = sizeof line - 2;
    }
    line[length++] = '\n';
    write_all(control, line, (size_t)length);
}

void port_say(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    say(format, arguments);
    va_end(arguments);
}

void port_fault(const char *format, ...)
{
    char text[512];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    port_say("fault %s", text);
    exit(1);
}

int port_control(void)
{
    return control;
}

void port_read(char *line, size_t size)
{
    size_t length = 0;
    char byte = 0;

    while (byte != '\n') {
        ssize_t got = read(control, &byte, 1);

        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got != 1 || length + 1 >= size) {
            port_fault("the job broke off, or a line of it is longer than %zu bytes", size);
        }
        line[length++] = byte;
    }
    line[length - 1] = '\0';
}

void port_console(const void *bytes, size_t length)
{
    write_all(console, bytes, length);
}
