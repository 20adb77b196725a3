/* From "save" to running again, beside a Linux guest in the same run: see tools/bench/save.dom0. */
#include "bench.h"

#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "message.h"
#include "process.h"

#define FOLDER "build/bench"

enum { ROUNDS = 3, MOST_KERNEL = 256 << 20, MOST_SECONDS = 600 };

/* The kernel goes in as a disk, which the rig opens for writing: hence a copy. */
static bool copy_kernel(void)
{
    struct text kernel = {0};
    bool good = file_read("build/dom0/vmlinux", MOST_KERNEL, &kernel) == 0 &&
                directory_make(FOLDER) == 0 &&
                file_write(FOLDER "/vmlinux", kernel.bytes, kernel.length) == 0;

    text_free(&kernel);
    return good;
}

/* One run measures both guests: what it printed is kept. */
static const struct text *measured(void)
{
    static struct text output;
    const char *const arguments[] = {"build/bin/rig",
                                     "domain",
                                     "--script=tools/bench/save.dom0",
                                     "--disk=" FOLDER "/vmlinux",
                                     "--memory=128",
                                     "--timeout=300",
                                     "--cmdline=-- ticks",
                                     "build/apps/bench.elf",
                                     NULL};
    struct process p = {.arguments = arguments, .seconds = MOST_SECONDS, .output = &output};
    int status;

    if (output.length > 0) {
        return &output;
    }
    status = copy_kernel() ? process_run(&p).status : STATUS_FAILED;
    if (status == STATUS_INTERRUPTED) {
        exit(STATUS_INTERRUPTED);
    }
    if (status != STATUS_OK) {
        message("save_to_running: status %d\n%s", status, output.length > 0 ? output.bytes : "");
    }
    return &output;
}

static int by_value(const void *left, const void *right)
{
    double a = *(const double *)left;
    double b = *(const double *)right;

    return (a > b) - (a < b);
}

/* The median of what is told of this guest, in seconds; negative when a round is missing. */
static double median(const struct text *output, const char *guest)
{
    char *wanted = format_string("figure save_%s ", guest);
    const char *at = output->length > 0 ? output->bytes : "";
    double rounds[ROUNDS];
    int count = 0;

    while (count < ROUNDS && (at = strstr(at, wanted)) != NULL) {
        at += strlen(wanted);
        rounds[count++] = strtod(at, NULL) / 100;
    }
    free(wanted);
    qsort(rounds, (size_t)count, sizeof rounds[0], by_value);
    return count == ROUNDS ? rounds[ROUNDS / 2] : -1;
}

double save_to_running(const struct figure *figure)
{
    double ours = median(measured(), "ours");
    double linux_guest = median(measured(), "linux");

    if (strcmp(figure->unit, "ratio") == 0) {
        return ours > 0 && linux_guest > 0 ? ours / linux_guest : -1;
    }
    return strstr(figure->name, "linux") != NULL ? linux_guest : ours;
}
