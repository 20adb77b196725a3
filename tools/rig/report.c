/* The report of a crash: see report.h. */
#include "report.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "backtrace.h"
#include "fault.h"
#include "printable.h"

static const char own_report[] = "*** ";

enum { LAST_LINES = 20, ADDRESS_DIGITS = 16 };

void report_place(struct text *t, struct image *image, uint64_t address)
{
    const struct image_symbol *function = image_function(image, address);
    char *place = image_place(image, address);

    if (place != NULL) {
        text_printf(t, "%s, ", place);
    }
    free(place);
    if (function != NULL) {
        text_printf(t, "%s+0x%" PRIx64, function->name, address - function->address);
    } else {
        text_printf(t, "0x%" PRIx64 ", which is not code of this image", address);
    }
}

/* "guard_boot_stack" → "boot stack". */
static char *guarded_thing(const struct image_symbol *guard)
{
    char *thing = copy_string(guard->name + strlen("guard_"));

    for (char *c = thing; *c != '\0'; c++) {
        *c = *c == '_' ? ' ' : *c;
    }
    return thing;
}

static void print_why(struct text *t, const struct image *image, const struct xendump *dump)
{
    uint64_t address;
    const struct image_symbol *guard = fault_guard(image, dump, &address);
    struct text unhandled = {0};

    if (guard != NULL) {
        char *thing = guarded_thing(guard);

        text_printf(t, "  why      0x%" PRIx64 " is in %s, the page under the %s\n", address,
                    guard->name, thing);
        free(thing);
    } else if (fault_under_thread(dump)) {
        text_printf(t,
                    "  why      the stack of a thread has overflowed: below 0x%" PRIx64
                    " lies its guard page\n",
                    dump->true_rsp);
    }
    fault_unhandled(&unhandled, dump);
    if (unhandled.length > 0) {
        text_printf(t, "  by Xen   %s\n", unhandled.bytes);
    }
    text_free(&unhandled);
}

static void print_chain(struct text *t, const struct image *image, const struct xendump *dump)
{
    struct backtrace chain = backtrace_make(image, dump);

    if (chain.count > 0) {
        text_printf(t, "  reached  %s",
                    chain.guessed ? "(guessed from the words on the stack) " : "");
        backtrace_print(t, image, &chain);
        text_printf(t, "\n");
    }
}

static void print_walk(struct text *t, const struct xendump *dump)
{
    if (dump->level_count > 0) {
        text_printf(t, "  walk     of 0x%" PRIx64 ": ", dump->walked);
        fault_walk(t, dump);
        text_printf(t, "\n");
    }
}

static void print_registers(struct text *t, const struct xendump *dump)
{
    static const enum xendump_register shown[] = {RAX, RBX, RCX, RDX, RSI, RDI,   RBP,
                                                  RSP, R8,  R9,  R10, R11, R12,   R13,
                                                  R14, R15, RIP, CR2, CR3, RFLAGS};

    text_printf(t, "  registers\n");
    for (size_t i = 0; i < sizeof shown / sizeof shown[0]; i++) {
        uint64_t value = shown[i] == RSP ? dump->true_rsp : dump->registers[shown[i]];

        text_printf(t, "%s%-3s %016" PRIx64 "%s", i % 4 == 0 ? "    " : "  ",
                    xendump_register_name(shown[i]), value, i % 4 == 3 ? "\n" : "");
    }
}

static void print_fault(struct text *t, const struct xendump *dump)
{
    if (dump->vector == XENDUMP_NO_VECTOR) {
        return;
    }
    text_printf(t, "  fault    %s on vCPU %u", fault_name(dump), dump->vcpu);
    if (dump->error <= 0xffff) {
        text_printf(t, ", error code 0x%" PRIx64, dump->error);
    }
    text_printf(t, "\n");
}

/* The labs are numbered as the first part of their exercises' names are. */
static void print_hole(struct text *t, struct image *image, const struct image_hole *hole,
                       const struct xendump *dump)
{
    const struct image_symbol *function = image_function(image, hole->address);

    text_printf(t, "%s: stopped at a hole\n", image->path);
    text_printf(t, "  lab      %02d-%s, exercise %s (handout section %s)\n", atoi(hole->exercise),
                hole->lab, hole->exercise, hole->exercise);
    text_printf(t, "  place    %s:%" PRIu64 "%s%s\n", hole->file, hole->line,
                function != NULL ? ", " : "", function != NULL ? function->name : "");
    text_printf(t, "  to do    %s\n", hole->text);
    if (dump != NULL) {
        print_chain(t, image, dump);
    }
    text_printf(t, "  next     make handout, then make grade\n");
}

static void set_report(struct outcome *o, struct text *t)
{
    free(o->report);
    o->report = printable(t->bytes);
    text_free(t);
}

static void set_hole(struct outcome *o, struct image *image, const struct xendump *dump)
{
    struct text t = {0};

    print_hole(&t, image, &o->hole, dump);
    set_report(o, &t);
    o->has_hole = true;
    outcome_set(o, STATUS_CRASH, "the guest stopped at a hole: exercise %s, %s:%" PRIu64,
                o->hole.exercise, o->hole.file, o->hole.line);
}

void report_dump(struct outcome *o, struct image *image, const struct xendump *dump)
{
    struct text t = {0};
    struct text headline = {0};

    if (image_hole(image, dump->registers[RIP], &o->hole)) {
        set_hole(o, image, dump);
        return;
    }
    fault_headline(&headline, image, dump);
    text_printf(&t, "%s: crashed: %s\n", image->path, headline.bytes);
    print_fault(&t, dump);
    print_why(&t, image, dump);
    text_printf(&t, "  place    ");
    report_place(&t, image, dump->registers[RIP]);
    text_printf(&t, "\n");
    print_chain(&t, image, dump);
    print_walk(&t, dump);
    print_registers(&t, dump);
    set_report(o, &t);
    outcome_set(o, STATUS_CRASH, "the guest crashed: %s", headline.bytes);
    text_free(&headline);
}

/* The start of the last line of `text` that begins with `word`, or NULL. */
static const char *last_line_with(const char *text, const char *word)
{
    const char *found = NULL;

    for (const char *line = text; line != NULL; line = strchr(line, '\n')) {
        line += *line == '\n';
        if (strncmp(line, word, strlen(word)) == 0) {
            found = line;
        }
    }
    return found;
}

static const char *last_lines(const char *text, int count)
{
    const char *start = text + strlen(text);

    while (start > text && (start[-1] != '\n' || start[0] == '\0' || --count > 0)) {
        start--;
    }
    return start;
}

/* "    0000000000400089  read_null+0x19": a line of a call chain. Returns its address, or 0 when it
 * is none. */
static uint64_t chain_address(const char *line)
{
    const char *digits = line + strspn(line, " ");
    char *end;
    uint64_t address = strtoull(digits, &end, 16);

    return digits != line && end - digits == ADDRESS_DIGITS && strncmp(end, "  ", 2) == 0 ? address
                                                                                          : 0;
}

/* Copy the guest's report, with the source line behind each address of its call chain; `*where` is
 * the first of them. */
static void copy_report(struct text *t, struct image *image, const char *report, char **where)
{
    for (size_t length; *report != '\0'; report += length + (report[length] == '\n')) {
        uint64_t address = chain_address(report);
        /* All but the first are return addresses: the call is before them. */
        char *place = address != 0 ? image_place(image, address - (*where != NULL)) : NULL;

        length = strcspn(report, "\n");
        text_append(t, report, length);
        if (place != NULL) {
            text_printf(t, "  %s", place);
            *where = *where != NULL ? *where : copy_string(place);
        }
        free(place);
        text_printf(t, "\n");
    }
}

void report_guest(struct outcome *o, struct image *image, const char *guest)
{
    const char *begin = last_line_with(guest, own_report);
    const char *rip = begin != NULL ? strstr(begin, " rip ") : NULL;
    const char *first = begin != NULL ? begin + strlen(own_report)
                                      : "it stopped itself (SHUTDOWN_crash) without a report";
    int length = (int)strcspn(first, "\n");
    struct text t = {0};
    char *where = NULL;

    if (rip != NULL && image_hole(image, strtoull(rip + strlen(" rip "), NULL, 16), &o->hole)) {
        set_hole(o, image, NULL);
        return;
    }
    text_append(&t, "", 0);
    copy_report(&t, image, begin != NULL ? begin : last_lines(guest, LAST_LINES), &where);
    set_report(o, &t);
    o->report_is_guests = true;
    outcome_set(o, STATUS_CRASH, "the guest crashed: %.*s%s%s", length, first,
                where != NULL ? ", at " : "", where != NULL ? where : "");
    free(where);
}
