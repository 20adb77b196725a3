/* rig decode: the report of a crash from a log that was written earlier. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "console.h"
#include "file.h"
#include "image.h"
#include "message.h"
#include "outcome.h"
#include "report.h"
#include "xendump.h"

enum { LONGEST_LOG = 64 << 20 };

static void read_log(struct console *c, const char *path)
{
    struct text log = {0};
    int error = file_read(path, LONGEST_LOG, &log);

    if (error != 0) {
        fail(STATUS_USAGE, "cannot read the log %s: %s", path, strerror(-error));
    }
    console_feed(c, log.bytes, log.length);
    text_free(&log);
}

int decode_command(const struct options *o)
{
    struct outcome outcome = {.first_line = -1};
    struct console console;
    struct image image;
    struct xendump dump;
    char *problem;
    int status;

    if (o->kernel == NULL) {
        fail(STATUS_USAGE, "rig decode: --kernel=KERNEL.elf is missing: the image that crashed");
    }
    problem = image_open(&image, o->kernel);
    if (problem != NULL) {
        fail(STATUS_USAGE, "%s", problem);
    }
    console_begin(&console, -1);
    read_log(&console, o->operand);
    if (console.xen.length == 0 || !xendump_read(console.xen.bytes, -1, &dump)) {
        fail(STATUS_USAGE, "%s holds no crash dump of Xen's", o->operand);
    }
    report_dump(&outcome, &image, &dump);
    status = outcome_close(&outcome, o, NULL);
    outcome_free(&outcome);
    console_free(&console);
    image_close(&image);
    return status;
}
