/* How a direct run ended: see verdict.h. Xen's words are those of its common/shutdown.c and
 * drivers/char/console.c. */
#include "verdict.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"
#include "message.h"
#include "process.h"
#include "report.h"
#include "whereabouts.h"
#include "xendump.h"

enum {
    DUMP_SECONDS = 5,
    LOOK_SECONDS = 15,
    ANSWER_SECONDS = 5,
    PAGE = 4096,
    MOST_PAGES = 4,
    MOST_OUTPUT = 16 << 20
};

void verdict_begin(struct verdict *v, double seconds)
{
    *v = (struct verdict){.seconds = seconds, .limit = clock_seconds() + seconds};
}

static void give(struct verdict *v, enum verdict_kind kind, const char *detail)
{
    if (v->kind != VERDICT_NONE) {
        return;
    }
    v->kind = kind;
    if (detail != NULL) {
        free(v->detail);
        v->detail = copy_string(detail);
    }
}

static bool begins(const char *line, const char *word)
{
    return strncmp(line, word, strlen(word)) == 0;
}

static void take_dump_line(struct verdict *v)
{
    /* The end of the dump is an event, Xen's "crashed" line; this is for the case that it never
     * comes. */
    if (!v->dump_begun) {
        v->dump_begun = true;
        v->limit = clock_seconds() + DUMP_SECONDS;
    }
}

void verdict_xen_line(struct verdict *v, const char *line, bool guest_spoke)
{
    v->guest_began = v->guest_began || guest_spoke ||
                     (begins(line, "Freed ") && strstr(line, " init memory") != NULL);
    if (v->panic_begun) {
        give(v, VERDICT_PANIC, line);
    } else if (begins(line, "Panic on CPU ")) {
        v->panic_begun = true;
    } else if (begins(line, "Domain 0 (vcpu#")) {
        take_dump_line(v);
    } else if (begins(line, "Hardware Dom0 crashed:")) {
        give(v, VERDICT_CRASH, line);
    } else if (begins(line, "Hardware Dom0 halted:")) {
        give(v, VERDICT_HALT, line);
    } else if (begins(line, "Hardware Dom0 shutdown: rebooting machine")) {
        v->announced = true;
    } else if (begins(line, "Hardware Dom0 shutdown") || begins(line, "Hardware domain 0 did")) {
        give(v, VERDICT_ODD, line);
    }
}

void verdict_shutdown(struct verdict *v, const char *reason)
{
    free(v->shutdown_event);
    v->shutdown_event = copy_string(reason);
    if (begins(reason, "host-")) {
        give(v, VERDICT_QEMU, reason);
    } else {
        give(v,
             v->announced && strcmp(reason, "guest-reset") == 0 ? VERDICT_POWEROFF : VERDICT_RESET,
             reason);
    }
}

void verdict_qemu_ended(struct verdict *v)
{
    give(v, VERDICT_QEMU, NULL);
}

void verdict_time_over(struct verdict *v)
{
    give(v, v->dump_begun ? VERDICT_CRASH : VERDICT_TIME, NULL);
}

void verdict_output(struct verdict *v, size_t bytes)
{
    if (bytes > MOST_OUTPUT) {
        give(v, VERDICT_FLOOD, NULL);
    }
}

void verdict_virtual_time_over(struct verdict *v, double seconds)
{
    v->virtual_seconds = seconds;
    verdict_time_over(v);
}

bool verdict_is_given(const struct verdict *v)
{
    return v->kind != VERDICT_NONE;
}

/* Xen prints the beginning of the stack; as long as the machine is there, it can be read to its
 * end. */
static void read_whole_stack(struct xendump *dump, const struct evidence *e)
{
    static uint64_t words[XENDUMP_MOST_WORDS];
    uint64_t base = dump->true_rsp;
    size_t count = 0;

    if (e->qmp == NULL || qmp_command(e->qmp, e->events, ANSWER_SECONDS, "stop", NULL, NULL) != 0) {
        return;
    }
    /* After an overflow rsp itself is in the guard page, and the innermost frame above it. */
    for (int page = 0; count == 0 && page < MOST_PAGES; page++, base = (base / PAGE + 1) * PAGE) {
        dump->stack_base = base;
        count = memory_read(e->qmp, e->events, dump->cpu, base, words, XENDUMP_MOST_WORDS);
    }
    if (count > 0) {
        memcpy(dump->stack, words, count * sizeof words[0]);
        dump->stack_words = count;
    }
}

static void explain_crash(struct outcome *o, const struct evidence *e)
{
    const struct console *console = e->console;
    struct xendump dump;

    if (console->xen.length > 0 && xendump_read(console->xen.bytes, 0, &dump)) {
        read_whole_stack(&dump, e);
        report_dump(o, e->image, &dump);
    } else {
        report_guest(o, e->image, console->guest.length > 0 ? console->guest.bytes : "");
    }
}

static void explain_time(const struct verdict *v, struct outcome *o, const struct evidence *e)
{
    struct text t = {0};

    const char *silent = e->console->guest.length == 0 ? ", and the guest had printed nothing" : "";

    if (v->virtual_seconds > 0) {
        outcome_set(o, STATUS_TIMEOUT, "%.0f s had passed by the guest's clock%s",
                    v->virtual_seconds, silent);
    } else {
        outcome_set(o, STATUS_TIMEOUT, "the time limit of %.0f s was over%s", v->seconds, silent);
    }
    text_printf(&t, "%s: %s\n", e->image->path, o->reason);
    if (e->qmp != NULL) {
        whereabouts_print(&t, e->image, e->qmp, e->events);
    }
    o->report = t.bytes;
}

/* Before the guest has run, Xen's panic can only be about its image, its memory, or this emulation.
 */
static void explain_panic(const struct verdict *v, struct outcome *o)
{
    bool refused = strstr(v->detail, "domain 0") != NULL || strstr(v->detail, "DOM0") != NULL;

    if (v->guest_began) {
        outcome_set(o, STATUS_CRASH, "the guest made Xen panic: %s", v->detail);
    } else if (refused) {
        outcome_set(o, STATUS_CRASH,
                    "Xen could not start the kernel: %s (the log says more; is --memory enough?)",
                    v->detail);
    } else {
        outcome_set(o, STATUS_RIG, "Xen panicked before the guest ran: %s", v->detail);
    }
}

static void explain_qemu(const struct verdict *v, struct outcome *o, const char *said)
{
    int length = (int)strcspn(said, "\n");

    if (v->detail != NULL) {
        outcome_set(o, STATUS_RIG, "QEMU was stopped by somebody else (%s)", v->detail);
    } else {
        outcome_set(o, STATUS_RIG, "QEMU ended before the guest did: %.*s",
                    length > 0 ? length : 14, length > 0 ? said : "without a word");
    }
}

/* Lines about the first domain, "d0v1 …", that are not part of a dump. */
static void keep_complaints(struct outcome *o, const struct console *console)
{
    const char *line = console->xen.length > 0 ? console->xen.bytes : "";

    while (*line != '\0') {
        size_t length = strcspn(line, "\n");
        int mark = 0;
        unsigned vcpu;

        if (sscanf(line, "d0v%u %n", &vcpu, &mark) == 1 && mark > 0) {
            char *copy = format_string("%.*s", (int)length, line);

            outcome_complain(o, copy);
            free(copy);
        }
        line += length + (line[length] == '\n');
    }
}

void verdict_explain(const struct verdict *v, struct outcome *o, const struct evidence *e)
{
    if (e->events != NULL) {
        e->events->deadline = clock_seconds() + LOOK_SECONDS;
    }
    keep_complaints(o, e->console);
    o->shutdown_event = v->shutdown_event != NULL ? copy_string(v->shutdown_event) : NULL;
    switch (v->kind) {
    case VERDICT_NONE:
    case VERDICT_POWEROFF:
        outcome_set(o, STATUS_OK, "the guest powered off");
        break;
    case VERDICT_CRASH:
        explain_crash(o, e);
        break;
    case VERDICT_HALT:
        outcome_set(o, STATUS_CRASH,
                    "the guest halted the machine (SHUTDOWN_poweroff); a first domain ends with "
                    "SHUTDOWN_reboot");
        break;
    case VERDICT_ODD:
        outcome_set(o, STATUS_CRASH, "the guest did not shut down cleanly; Xen says: %s",
                    v->detail);
        break;
    case VERDICT_RESET:
        outcome_set(o, STATUS_CRASH, "the machine ended (%s) although the guest had not shut down",
                    v->detail);
        break;
    case VERDICT_PANIC:
        explain_panic(v, o);
        break;
    case VERDICT_TIME:
        explain_time(v, o, e);
        break;
    case VERDICT_FLOOD:
        outcome_set(o, STATUS_CRASH, "the guest printed more than %d MB", MOST_OUTPUT >> 20);
        break;
    case VERDICT_QEMU:
        explain_qemu(v, o, e->said);
        break;
    }
}

void verdict_free(struct verdict *v)
{
    free(v->detail);
    free(v->shutdown_event);
    *v = (struct verdict){0};
}
