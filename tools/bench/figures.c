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
#define BENCH  "build/apps/bench.elf"
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
static double first_line(const struct figure *figure)
{
    const char *mode = strcmp(figure->name, "direct_first_line") == 0 ? "direct" : "domain";
    const char *const arguments[] = {"build/bin/rig", mode,      "--vcpus=1",
                                     "--memory=64",   "--quiet", "--result=" FOLDER "/rig.json",
                                     HELLO,           NULL};
    struct text output = {0};
    bool good = run(arguments, &output);

    text_free(&output);
    return good ? read_number(FOLDER "/rig.json", "first_line_seconds") : -1;
}

/* The labs that are graded, and the student's files of each; the first file is the one that is edited. */
static const struct graded_lab {
    const char *figure, *lab;
    const char *files[4];
} graded_labs[] = {
    {"grade_boot_warm",
     "boot",
     {"drivers/console/ring.c", "kernel/boot/start_info.c", "kernel/xen/hypercall.S"}},
    {"grade_paging_warm", "paging", {"kernel/mm/pagetable.c", "kernel/mm/frames.c"}},
    {"grade_threads_warm",
     "threads",
     {"kernel/sched/thread.c", "kernel/sched/runqueue.c", "kernel/sched/switch.S"}},
    {"grade_events_warm",
     "events",
     {"kernel/xen/event.c", "kernel/cpu/upcall.S", "kernel/sched/preempt.c"}},
    {"grade_smp_warm", "smp", {"kernel/sync/spinlock.c", "kernel/cpu/smp.c"}},
    {"grade_xenstore_warm",
     "xenstore",
     {"kernel/xen/grant.c", "kernel/xen/xenstore_wire.c", "kernel/xen/xenbus.c"}},
};

/* Copy a file of the reference into the submission, with one more comment in it: as somebody who edits it does. */
static bool edit(const char *file, unsigned number)
{
    struct text content = {0};
    char *copy = format_string(FOLDER "/submission/%s", file);
    char *slash = strrchr(copy, '/');
    bool good = file_read(file, 1 << 20, &content) == 0;

    *slash = '\0';
    good = directory_make(copy) == 0 && good;
    *slash = '/';
    text_printf(&content, "/* edit %u */\n", number);
    good = good && file_write(copy, content.bytes, content.length) == 0;
    text_free(&content);
    free(copy);
    return good;
}

/* Grade the submission. Returns whether it got all points. */
static bool graded(const char *lab)
{
    char *option = format_string("--lab=%s", lab);
    char *verdict = format_string("%s: 100/100", lab);
    const char *const arguments[] = {"build/bin/grade", option,
                                     "--submission=" FOLDER "/submission", NULL};
    struct text output = {0};
    bool good = run(arguments, &output);

    if (good && strstr(output.bytes, verdict) == NULL) {
        message("the edited reference did not get %s:\n%s", verdict, output.bytes);
        good = false;
    }
    text_free(&output);
    free(option);
    free(verdict);
    return good;
}

/* From an edited file to the verdict. The first time, what nobody edits is compiled too: that is not counted. */
static double grade_warm(const struct figure *figure)
{
    static unsigned number;
    const struct graded_lab *lab = graded_labs;
    double start;

    while (strcmp(lab->figure, figure->name) != 0) {
        lab++;
    }
    for (size_t i = 0; lab->files[i] != NULL; i++) {
        if (!edit(lab->files[i], 0)) {
            return -1;
        }
    }
    if (!graded(lab->lab)) {
        return -1;
    }
    start = clock_seconds();
    return edit(lab->files[0], ++number) && graded(lab->lab) ? clock_seconds() - start : -1;
}

static double image_hello(const struct figure *figure)
{
    const char *const arguments[] = {"strip", "-o", FOLDER "/hello", HELLO, NULL};
    struct text output = {0};
    struct stat status;
    bool good = run(arguments, &output) && stat(FOLDER "/hello", &status) == 0;

    (void)figure;
    text_free(&output);
    return good ? (double)status.st_size : -1;
}

/* The value that apps/bench printed for `name`: its minimum. Negative when it did not. */
static double printed(const struct text *output, const char *name)
{
    char *wanted = format_string("figure %s ", name);
    const char *line = output->length > 0 ? strstr(output->bytes, wanted) : NULL;
    double value = line != NULL ? strtod(line + strlen(wanted), NULL) : -1;

    free(wanted);
    return value;
}

/* Boot apps/bench with the time-stamp counter counting instructions; once for each size of memory. */
static const struct text *counted(const char *memory)
{
    static struct text small, large;
    struct text *output = strcmp(memory, "--memory=64") == 0 ? &small : &large;
    const char *const arguments[] = {"build/bin/rig", "direct", "--exact=count", "--quiet",
                                     "--timeout=150", memory,   BENCH,           NULL};

    if (output->length == 0) {
        run(arguments, output);
    }
    return output;
}

/* Without the loop that is around the operation. */
static double operation(const struct figure *figure)
{
    const struct text *output = counted("--memory=64");
    double value = printed(output, figure->name);

    return value < 0 ? -1 : value - printed(output, "loop");
}

/* Boot it beside dom0, whose instructions count too; and so do those of the timer's interrupts now and then. */
static double beside_dom0(const struct figure *figure)
{
    static struct text output;
    const char *const arguments[] = {"build/bin/rig",
                                     "domain",
                                     "--exact=count",
                                     "--quiet",
                                     "--timeout=170",
                                     "--memory=64",
                                     "--cmdline=-- xenstore",
                                     BENCH,
                                     NULL};

    if (output.length == 0) {
        run(arguments, &output);
    }
    return printed(&output, figure->name);
}

/* Boot apps/bench on several vCPUs, in real time: the name of a figure ends with their number. */
static double on_cpus(const struct figure *figure)
{
    char *option = format_string("--vcpus=%u", figure->vcpus);
    char *name =
        format_string("%.*s", (int)(strrchr(figure->name, '_') - figure->name), figure->name);
    const char *const arguments[] = {"build/bin/rig",     "direct", "--quiet", option,
                                     "--cmdline=-- cpus", BENCH,    NULL};
    struct text output = {0};
    double value = run(arguments, &output) ? printed(&output, name) : -1;

    text_free(&output);
    free(name);
    free(option);
    return value;
}

static double boot(const struct figure *figure)
{
    return printed(counted(strcmp(figure->name, "boot_64") == 0 ? "--memory=64" : "--memory=256"),
                   "boot");
}

/* The least memory, in MB, with which a guest boots. */
static double memory_least(const struct figure *figure)
{
    (void)figure;
    for (unsigned megabytes = 1; megabytes <= 64; megabytes++) {
        char *option = format_string("--memory=%u", megabytes);
        const char *const arguments[] = {"build/bin/rig", "domain", "--quiet", option, HELLO, NULL};
        struct text output = {0};
        struct process p = {.arguments = arguments, .seconds = 120, .output = &output};
        int status = process_run(&p).status;

        free(option);
        text_free(&output);
        if (status == STATUS_OK) {
            return megabytes;
        }
        if (status == STATUS_INTERRUPTED) {
            exit(status);
        }
    }
    return -1;
}

const struct figure figures[] = {
    {"image_hello", "bytes", "exact", 0, 150000, 175192, 1, image_hello},
    {"boot_64", "instructions", "exact", 1, 1000000, 13500000, 1, boot},
    {"boot_256", "instructions", "exact", 1, 1050000, 55700000, 1, boot},
    {"memory_least", "MB", "exact", 1, 4, 4, 1, memory_least},
    {"hypercall_null", "instructions", "exact", 1, 0, 282, 1, operation},
    {"clock_read", "instructions", "exact", 1, 36, 36, 1, operation},
    {"page_alloc_free", "instructions", "exact", 1, 80, 137, 1, operation},
    {"page_map_unmap", "instructions", "exact", 1, 0, 0, 1, operation},
    {"malloc_free_64", "instructions", "exact", 1, 100, 117, 1, operation},
    {"malloc_free_4096", "instructions", "exact", 1, 150, 180, 1, operation},
    {"spinlock_pair", "instructions", "exact", 1, 20, 68, 1, operation},
    {"mutex_pair", "instructions", "exact", 1, 30, 43, 1, operation},
    {"schedule_alone", "instructions", "exact", 1, 60, 115, 1, operation},
    {"yield_pair", "instructions", "exact", 1, 250, 273, 1, operation},
    {"thread_create_join", "instructions", "exact", 1, 800, 943, 1, operation},
    {"event_self", "instructions", "exact", 1, 700, 743, 1, operation},
    {"grant_revoke", "instructions", "exact", 1, 0, 0, 1, operation},
    {"xenstore_read", "instructions", "exact", 1, 0, 0, 1, beside_dom0},
    {"xenstore_watch", "instructions", "exact", 1, 0, 0, 1, beside_dom0},
    {"console_line_63", "instructions", "exact", 1, 500, 3418, 1, operation},
#define ON_CPUS(count)                                                                             \
    {"yield_" #count, "ns", "fast", count, 0, 0, 3, on_cpus},                                      \
        {"mutex_turn_" #count, "ns", "fast", count, 0, 0, 3, on_cpus},                             \
        {"call_all_" #count, "ns", "fast", count, 0, 0, 3, on_cpus},
    ON_CPUS(1) ON_CPUS(2) ON_CPUS(4) ON_CPUS(8)
#undef ON_CPUS
        {"direct_first_line", "s", "fast", 1, 1.3, 0, 5, first_line},
    {"domain_warm_first_line", "s", "fast", 1, 2.5, 0, 5, first_line},
    {"save_to_running", "s", "fast", 1, 0, 0, 1, save_to_running},
    {"save_to_running_linux", "s", "fast", 1, 0, 0, 1, save_to_running},
    {"save_to_running_ratio", "ratio", "fast", 1, 1, 0, 1, save_to_running},
    {"grade_boot_warm", "s", "fast", 0, 10, 0, 3, grade_warm},
    {"grade_paging_warm", "s", "fast", 0, 10, 0, 3, grade_warm},
    {"grade_threads_warm", "s", "fast", 0, 10, 0, 3, grade_warm},
    {"grade_events_warm", "s", "fast", 0, 10, 0, 3, grade_warm},
    {"grade_smp_warm", "s", "fast", 0, 10, 0, 3, grade_warm},
    {"grade_xenstore_warm", "s", "fast", 0, 15, 0, 3, grade_warm},
    {.name = NULL},
};
