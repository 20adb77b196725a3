/* Where a guest is that does not end: see whereabouts.h. */
#include "whereabouts.h"

#include <stdlib.h>
#include <string.h>

#include <xen/xen.h>

#include "backtrace.h"
#include "memory.h"
#include "report.h"
#include "xendump.h"

enum { ANSWER_SECONDS = 5, GUEST_LEVEL = 3 };

/* Xen's stacks: 32 KiB each, so aligned; the state of the vCPU that runs, or ran last, stands at
 * the upper end. */
enum { XEN_STACK = 0x8000, XEN_FRAME_WORDS = 64 };

enum { FRAME_RBP = 4, FRAME_RIP = 16, FRAME_CS, FRAME_RFLAGS, FRAME_RSP, FRAME_SS, FRAME_WORDS };

struct processor {
    unsigned number;
    int level;            /* of privilege */
    bool halted;          /* waiting for an interrupt */
    uint64_t xen_place;   /* where it is in Xen, if that is its level */
    struct xendump state; /* the guest's registers and stack there */
};

static uint64_t register_value(const char *text, const char *name, int base)
{
    const char *found = strstr(text, name);

    return found != NULL ? strtoull(found + strlen(name), NULL, base) : 0;
}

static void set_state(struct processor *p, uint64_t rip, uint64_t rsp, uint64_t rbp, struct qmp *q,
                      struct events *e)
{
    struct xendump *state = &p->state;

    *state = (struct xendump){.vector = XENDUMP_NO_VECTOR, .has_registers = true, .true_rsp = rsp};
    state->stack_base = rsp;
    state->registers[RIP] = rip;
    state->registers[RSP] = rsp;
    state->registers[RBP] = rbp;
    state->stack_words = memory_read(q, e, p->number, rsp, state->stack, XENDUMP_MOST_WORDS);
}

/* Find the guest's state at the end of Xen's stack by its selectors. Returns false when there is
 * none. */
static bool read_state_behind_xen(struct processor *p, uint64_t xen_rsp, struct qmp *q,
                                  struct events *e)
{
    uint64_t words[XEN_FRAME_WORDS];
    uint64_t end = (xen_rsp | (XEN_STACK - 1)) + 1;
    size_t count = memory_read(q, e, p->number, end - sizeof words, words, XEN_FRAME_WORDS);

    for (size_t i = 0; i + FRAME_WORDS <= count; i++) {
        const uint64_t *frame = &words[i];

        if ((uint16_t)frame[FRAME_CS] == FLAT_KERNEL_CS &&
            (uint16_t)frame[FRAME_SS] == FLAT_KERNEL_SS) {
            set_state(p, frame[FRAME_RIP], frame[FRAME_RSP], frame[FRAME_RBP], q, e);
            return true;
        }
    }
    return false;
}

/* `text`: one processor's part of "info registers -a". Returns false when no guest is to be found
 * on it. */
static bool read_processor(struct processor *p, const char *text, struct qmp *q, struct events *e)
{
    uint64_t rsp = register_value(text, "RSP=", 16);

    p->level = (int)register_value(text, "CPL=", 10);
    p->halted = register_value(text, "HLT=", 10) != 0;
    p->xen_place = register_value(text, "RIP=", 16);
    if (p->level != GUEST_LEVEL) {
        return read_state_behind_xen(p, rsp, q, e);
    }
    set_state(p, register_value(text, "RIP=", 16), rsp, register_value(text, "RBP=", 16), q, e);
    return true;
}

void whereabouts_print_state(struct text *t, struct image *image, const char *how,
                             const struct xendump *state)
{
    struct backtrace chain = backtrace_make(image, state);

    text_printf(t, "  %s", how);
    report_place(t, image, state->registers[RIP]);
    text_printf(t, "\n");
    if (chain.count > 1) {
        text_printf(t, "  reached  %s",
                    chain.guessed ? "(guessed from the words on the stack) " : "");
        backtrace_print(t, image, &chain);
        text_printf(t, "\n");
    }
}

static void print_processor(struct text *t, struct image *image, const struct processor *p)
{
    const char *how = p->level == GUEST_LEVEL ? "running  "
                      : p->halted             ? "waiting  in Xen, since "
                                              : "calling  Xen, from ";

    whereabouts_print_state(t, image, how, &p->state);
}

/* Xen names none of its functions to us: its own dumps do, of addresses next to this one. */
static void print_xen_place(struct text *t, const struct processor *p)
{
    if (p->level != GUEST_LEVEL) {
        text_printf(t, "  processor %u in Xen at 0x%lx, %s\n", p->number,
                    (unsigned long)p->xen_place, p->halted ? "halted" : "not halted");
    }
}

void whereabouts_print(struct text *t, struct image *image, struct qmp *q, struct events *e)
{
    struct processor p = {0};
    char *registers;

    if (qmp_command(q, e, ANSWER_SECONDS, "stop", NULL, NULL) != 0) {
        return;
    }
    registers = qmp_monitor(q, e, ANSWER_SECONDS, "info registers -a");
    for (char *at = registers != NULL ? strstr(registers, "CPU#") : NULL; at != NULL; p.number++) {
        char *next = strstr(at + 1, "CPU#");

        if (next != NULL) {
            next[-1] = '\0'; /* the line break before it */
        }
        if (read_processor(&p, at, q, e)) {
            print_processor(t, image, &p);
        }
        print_xen_place(t, &p);
        at = next;
    }
    free(registers);
}
