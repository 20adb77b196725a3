/*
 * Source lines from an image's debug information: image_place of image.h.
 *
 * libdw believes what it reads, and a stranger may have written it. So a process of its own looks, once for each question:
 * when it falls over, or takes too long, nothing is known of that place and nothing else has happened.
 */
#include "image.h"

#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <elfutils/libdw.h>

#include "text.h"

enum { ANSWER_MILLISECONDS = 5000, PROCESSOR_SECONDS = 5, LONGEST_PLACE = 1024 };

/* Debug information names files by the folder in which the compiler ran; people think from the folder they are in. */
static const char *as_seen_from_here(const char *file)
{
    char here[PATH_MAX];
    size_t length = getcwd(here, sizeof here) != NULL ? strlen(here) : 0;

    return length > 0 && strncmp(file, here, length) == 0 && file[length] == '/' ? file + length + 1
                                                                                 : file;
}

static void print_place(int output, Elf *elf, uint64_t address)
{
    Dwarf *debug = dwarf_begin_elf(elf, DWARF_C_READ, NULL);
    Dwarf_Die unit;
    Dwarf_Line *line = NULL;
    int number = 0;

    if (debug != NULL && dwarf_addrdie(debug, address, &unit) != NULL) {
        line = dwarf_getsrc_die(&unit, address);
    }

    const char *file = line != NULL ? dwarf_linesrc(line, NULL, NULL) : NULL;

    if (file != NULL && dwarf_lineno(line, &number) == 0) {
        dprintf(output, "%s:%d", as_seen_from_here(file), number);
    }
}

static _Noreturn void look(int output, Elf *elf, uint64_t address)
{
    struct rlimit time = {.rlim_cur = PROCESSOR_SECONDS, .rlim_max = PROCESSOR_SECONDS};
    struct rlimit none = {0};
    int nothing = open("/dev/null", O_WRONLY | O_CLOEXEC);

    prctl(PR_SET_PDEATHSIG, SIGKILL);
    setrlimit(RLIMIT_CPU, &time);
    setrlimit(RLIMIT_CORE, &none);
    dup2(nothing, STDERR_FILENO);
    print_place(output, elf, address);
    _exit(0);
}

/* What the process says until it ends, or NULL when that is nothing or it does not end. */
static char *listen_to(int input)
{
    char place[LONGEST_PLACE + 1];
    struct pollfd source = {.fd = input, .events = POLLIN};
    size_t length = 0;
    ssize_t got = 1;

    while (got > 0 && length < LONGEST_PLACE) {
        if (poll(&source, 1, ANSWER_MILLISECONDS) <= 0) {
            return NULL;
        }
        got = read(input, place + length, LONGEST_PLACE - length);
        length += got > 0 ? (size_t)got : 0;
    }
    place[length] = '\0';
    return length > 0 ? copy_string(place) : NULL;
}

char *image_place(const struct image *image, uint64_t address)
{
    char *place = NULL;
    int ends[2];
    pid_t child;

    if (pipe2(ends, O_CLOEXEC) != 0) {
        return NULL;
    }
    child = fork();
    if (child == 0) {
        look(ends[1], image->elf, address);
    }
    close(ends[1]);
    if (child > 0) {
        place = listen_to(ends[0]);
        kill(child, SIGKILL);
        waitpid(child, NULL, 0);
    }
    close(ends[0]);
    return place;
}
