/* How each figure is measured. */
#include "bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cjson/cJSON.h>

#include "file.h"
#include "message.h"
#include "process.h"

#define HELLO  "build/apps/hello.elf"
#define FOLDER "build/bench"

/* Run a command quietly. Returns whether it ended with status 0; says why not. */
static bool run(const char *const arguments[], struct text *output)
{
    struct process p = {.arguments = arguments, .seconds = 180, .output = output};
    struct process_end end = process_run(&p);

    if (end.status == STATUS_INTERRUPTED) {
        exit(STATUS_INTERRUPTED);
    }
    if (end.status != 0) {
        message("%s %s: status %d%s\n%s", arguments[0], arguments[1], end.status,
                end.timed_out ? ", after its time limit" : "",
                output->length > 0 ? output->bytes : "");
    }
    return end.status == 0;
}

static double read_number(const char *path, const char *name)
{
    struct text json = {0};
    double number = -1;

    if (file_read(path, 1 << 20, &json) == 0) {
        cJSON *result = cJSON_Parse(json.bytes);
        const cJSON *value = cJSON_GetObjectItem(result, name);

        number = cJSON_IsNumber(value) ? value->valuedouble : -1;
        cJSON_Delete(result);
    }
    text_free(&json);
    return number;
}

/* From the start of the rig to the guest's first line. */
static double first_line(const char *mode)
{
    const char *const arguments[] = {"build/bin/rig", mode,      "--vcpus=1",
                                     "--memory=64",   "--quiet", "--result=" FOLDER "/rig.json",
                                     HELLO,           NULL};
    struct text output = {0};
    bool good = run(arguments, &output);

    text_free(&output);
    return good ? read_number(FOLDER "/rig.json", "first_line_seconds") : -1;
}

static double direct_first_line(void)
{
    return first_line("direct");
}

static double domain_warm_first_line(void)
{
    return first_line("domain");
}

static bool copy_with_comment(const char *from, const char *to, unsigned number)
{
    struct text content = {0};
    bool good = file_read(from, 1 << 20, &content) == 0;

    text_printf(&content, "/* edit %u */\n", number);
    good = good && file_write(to, content.bytes, content.length) == 0;
    text_free(&content);
    return good;
}

/* From an edited file to the verdict: each sample grades the reference with one more comment in a file. */
static double grade_boot_warm(void)
{
    static unsigned number;
    const char *const arguments[] = {"build/bin/grade", "--lab=boot",
                                     "--submission=" FOLDER "/submission", NULL};
    const char *file = "drivers/console/ring.c";
    struct text output = {0};
    double start = clock_seconds();

    directory_make(FOLDER "/submission/drivers/console");
    directory_make(FOLDER "/submission/kernel/boot");
    directory_make(FOLDER "/submission/kernel/xen");
    if (!copy_with_comment(file, FOLDER "/submission/drivers/console/ring.c", ++number) ||
        !copy_with_comment("kernel/boot/start_info.c",
                           FOLDER "/submission/kernel/boot/start_info.c", 0) ||
        !copy_with_comment("kernel/xen/hypercall.S", FOLDER "/submission/kernel/xen/hypercall.S",
                           0) ||
        !run(arguments, &output)) {
        start = clock_seconds() + 1;
    } else if (strstr(output.bytes, "boot: 100/100") == NULL) {
        message("grade: the edited reference did not get 100/100:\n%s", output.bytes);
        start = clock_seconds() + 1;
    }
    text_free(&output);
    return clock_seconds() - start;
}

static double image_hello(void)
{
    const char *const arguments[] = {"strip", "-o", FOLDER "/hello", HELLO, NULL};
    struct text output = {0};
    struct stat status;
    bool good = run(arguments, &output) && stat(FOLDER "/hello", &status) == 0;

    text_free(&output);
    return good ? (double)status.st_size : -1;
}

const struct figure figures[] = {
    {"image_hello", "bytes", "exact", 0, 150000, 1, image_hello},
    {"direct_first_line", "s", "fast", 1, 1.3, 5, direct_first_line},
    {"domain_warm_first_line", "s", "fast", 1, 2.5, 5, domain_warm_first_line},
    {"grade_boot_warm", "s", "fast", 0, 10, 3, grade_boot_warm},
    {.name = NULL},
};
