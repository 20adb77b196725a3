/* Reading Xen's dump of a crashed guest: see xendump.h. */
#include "xendump.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WORD_DIGITS = 16, FRAME_SELECTOR = 0xe02b };

static const char *const names[XENDUMP_REGISTERS] = {
    [RAX] = "rax", [RBX] = "rbx", [RCX] = "rcx", [RDX] = "rdx", [RSI] = "rsi",       [RDI] = "rdi",
    [RBP] = "rbp", [RSP] = "rsp", [R8] = "r8",   [R9] = "r9",   [R10] = "r10",       [R11] = "r11",
    [R12] = "r12", [R13] = "r13", [R14] = "r14", [R15] = "r15", [CR0] = "cr0",       [CR3] = "cr3",
    [CR4] = "cr4", [CR2] = "cr2", [FSB] = "fsb", [GSB] = "gsb", [RFLAGS] = "rflags", [RIP] = "rip",
};

const char *xendump_register_name(enum xendump_register which)
{
    return names[which];
}

/* The dump is a sequence of parts; each line is tried against the part that it can belong to. */
enum part { BEFORE, REGISTERS, STACK, AFTER };

struct reader {
    struct xendump *dump;
    enum part part;
};

/* Xen prints a word as 16 digits; fewer are the beginning of a line that was cut off. */
static bool parse_word(const char **text, uint64_t *word)
{
    const char *digits = *text + strspn(*text, " ");

    if (strspn(digits, "0123456789abcdef") != WORD_DIGITS) {
        return false;
    }
    *word = strtoull(digits, NULL, 16);
    *text = digits + WORD_DIGITS;
    return true;
}

/* "rax: 0000000000000004   rbx: …" – any number of registers in a line, in any order. */
static void read_registers(struct xendump *dump, const char *line)
{
    for (int which = 0; which < RFLAGS; which++) {
        char label[8];
        const char *found;

        snprintf(label, sizeof label, "%s:", names[which]);
        found = strstr(line, label);
        if (found != NULL && (found == line || found[-1] == ' ')) {
            found += strlen(label);
            parse_word(&found, &dump->registers[which]);
        }
    }
}

static void read_stack_line(struct reader *r, const char *line)
{
    struct xendump *dump = r->dump;
    uint64_t word;

    if (line[0] != ' ') {
        r->part = AFTER;
        return;
    }
    while (dump->stack_words < XENDUMP_MOST_WORDS && parse_word(&line, &word)) {
        dump->stack[dump->stack_words++] = word;
    }
}

static void read_register_line(struct reader *r, const char *line)
{
    struct xendump *dump = r->dump;
    const char *rip = strstr(line, ":[<");

    if (strncmp(line, "Guest stack trace from ", 23) == 0) {
        r->part = STACK;
    } else if (strncmp(line, "RIP:", 4) == 0 && rip != NULL) {
        rip += 3;
        dump->has_registers = parse_word(&rip, &dump->registers[RIP]);
    } else if (strncmp(line, "RFLAGS:", 7) == 0) {
        line += 7;
        parse_word(&line, &dump->registers[RFLAGS]);
    } else {
        read_registers(dump, line);
    }
}

/* " L4[0x024] = 0000000000000000 ffffffffffffffff" */
static void read_level(struct xendump *dump, const char *line)
{
    struct xendump_level level;

    if (dump->level_count < XENDUMP_MOST_LEVELS &&
        sscanf(line, " L%u[0x%x] = %" SCNx64, &level.level, &level.index, &level.entry) == 3) {
        dump->levels[dump->level_count++] = level;
    }
}

/* "d0v0 Unhandled: vec 14, #PF[0002]"; what Xen prints of an exception without error code is all
 * ones. */
static void read_vector(struct xendump *dump, const char *line)
{
    const char *vector = strstr(line, "Unhandled: vec ");
    const char *error = vector != NULL ? strchr(vector, '[') : NULL;

    if (error != NULL) {
        dump->vector = atoi(vector + strlen("Unhandled: vec "));
        dump->error = strtoull(error + 1, NULL, 16);
    }
}

static void read_line_before(struct reader *r, const char *line)
{
    struct xendump *dump = r->dump;
    const char *walk = "Pagetable walk from ";
    unsigned domain, vcpu;

    if (strncmp(line, walk, strlen(walk)) == 0) {
        line += strlen(walk);
        dump->level_count = 0;
        parse_word(&line, &dump->walked);
    } else if (strncmp(line, " L", 2) == 0) {
        read_level(dump, line);
    } else if (strncmp(line, "domain_crash", 12) == 0) {
        snprintf(dump->cause, sizeof dump->cause, "%s", line);
    } else if (sscanf(line, "d%uv%u ", &domain, &vcpu) == 2) {
        /* A new complaint begins a new story: what was read before belongs to something else. */
        snprintf(dump->complaint, sizeof dump->complaint, "%s", line);
        dump->vector = XENDUMP_NO_VECTOR;
        dump->level_count = 0;
        read_vector(dump, line);
    }
}

static void read_line(struct reader *r, const char *line)
{
    switch (r->part) {
    case BEFORE:
        read_line_before(r, line);
        break;
    case REGISTERS:
        read_register_line(r, line);
        break;
    case STACK:
        read_stack_line(r, line);
        break;
    case AFTER:
        break;
    }
}

/*
 * An exception for which the guest has no handler leaves its frame on the guest's stack: rcx, r11,
 * perhaps an error code, rip, cs with the upcall mask, rflags, rsp, ss. The rsp of the dump is then
 * the frame's, not the code's.
 */
static void look_for_frame(struct xendump *dump)
{
    const uint64_t *s = dump->stack;
    size_t code = dump->vector != XENDUMP_NO_VECTOR && dump->error <= 0xffff ? 1 : 0;

    dump->true_rsp = dump->registers[RSP];
    dump->stack_base = dump->registers[RSP];
    if (dump->stack_words >= 7 + code && s[0] == dump->registers[RCX] &&
        s[1] == dump->registers[R11] && s[2 + code] == dump->registers[RIP] &&
        (s[6 + code] & 0xffff) == FRAME_SELECTOR) {
        dump->frame_pushed = true;
        dump->true_rsp = s[5 + code];
    }
}

/* Copy the line at `*text` to `line`, cut where it is too long, and step to the next. Returns false
 * at the end. */
static bool next_line(const char **text, char line[XENDUMP_LINE])
{
    size_t length = strcspn(*text, "\n");
    size_t kept = length < XENDUMP_LINE - 1 ? length : XENDUMP_LINE - 1;

    if (**text == '\0') {
        return false;
    }
    memcpy(line, *text, kept);
    line[kept] = '\0';
    *text += length + ((*text)[length] == '\n');
    return true;
}

static bool begins_dump(const char *line, struct xendump *dump)
{
    return sscanf(line, "Domain %u (vcpu#%u) crashed on cpu#%u:", &dump->domain, &dump->vcpu,
                  &dump->cpu) == 3;
}

static bool is_wanted(const struct reader *r, int domain)
{
    return r->part != BEFORE && r->dump->has_registers &&
           (domain < 0 || r->dump->domain == (unsigned)domain);
}

bool xendump_read(const char *text, int domain, struct xendump *dump)
{
    static const struct xendump nothing = {.vector = XENDUMP_NO_VECTOR};
    struct xendump now = nothing;
    struct reader r = {.dump = &now};
    char line[XENDUMP_LINE];
    bool found = false, more = true;

    while (more) {
        more = next_line(&text, line);
        if (r.part == AFTER || !more) {
            if (is_wanted(&r, domain)) {
                look_for_frame(&now);
                *dump = now;
                found = true;
            }
            r.part = BEFORE;
            now = nothing;
        }
        if (more && begins_dump(line, &now)) {
            r.part = REGISTERS;
        } else if (more) {
            read_line(&r, line);
        }
    }
    return found;
}

bool xendump_stack_word(const struct xendump *dump, uint64_t address, uint64_t *word)
{
    uint64_t offset = address - dump->stack_base;

    if (offset % sizeof *word != 0 || offset / sizeof *word >= dump->stack_words) {
        return false;
    }
    *word = dump->stack[offset / sizeof *word];
    return true;
}
