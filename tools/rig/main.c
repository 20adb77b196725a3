/* rig: boots a kernel on real Xen inside QEMU, and says how it ended. Here is only the table of its
 * commands. */
#include <stdio.h>
#include <string.h>

#include "commands.h"
#include "message.h"
#include "options.h"

struct command {
    const char *name;
    const char *operand; /* the file it takes, or NULL */
    int (*run)(const struct options *o);
    const char *summary;
};

static const struct command commands[] = {
    {"direct", "KERNEL.elf", direct_command, "boot it as Xen's first domain, without any Linux"},
    {"domain", "KERNEL.elf", domain_command,
     "boot it as a guest beside a small Linux, with the real xl"},
    {"warm", NULL, warm_command, "make what domain runs start from, if it is missing or stale"},
    {"decode", "LOGFILE", decode_command, "explain the crash in it; --kernel names the image"},
    {"trial", NULL, trial_command, "start an empty machine for a second: does QEMU work here?"},
};

enum { COMMAND_COUNT = sizeof commands / sizeof commands[0] };

static void print_help(void)
{
    puts("usage: rig COMMAND [OPTIONS] [FILE]\n");
    for (int i = 0; i < COMMAND_COUNT; i++) {
        printf("  rig %-7s %-11s %s\n", commands[i].name,
               commands[i].operand != NULL ? commands[i].operand : "", commands[i].summary);
    }
    printf("\n%s", options_help);
}

static int asks_for_help(int count, char **arguments)
{
    for (int i = 1; i < count && strcmp(arguments[i], "--") != 0; i++) {
        if (strcmp(arguments[i], "--help") == 0) {
            return 1;
        }
    }
    return 0;
}

int main(int count, char **arguments)
{
    message_name("rig");
    if (asks_for_help(count, arguments)) {
        print_help();
        return STATUS_OK;
    }
    if (count < 2) {
        fail(STATUS_USAGE, "a command is missing; rig --help lists them");
    }
    for (int i = 0; i < COMMAND_COUNT; i++) {
        if (strcmp(arguments[1], commands[i].name) == 0) {
            struct options o = options_read(count - 1, arguments + 1, commands[i].operand);

            return commands[i].run(&o);
        }
    }
    fail(STATUS_USAGE, "%s: no such command; rig --help lists them", arguments[1]);
}
