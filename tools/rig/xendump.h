/*
 * What Xen prints when it has to crash a PV guest, as numbers: why, the registers, the stack's
 * first words, the page-table walk. Made from the text alone, so that it works on a log as well as
 * on a running machine.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    XENDUMP_MOST_WORDS = 9216,
    XENDUMP_MOST_LEVELS = 5,
    XENDUMP_LINE = 256,
    XENDUMP_NO_VECTOR = -1
};

enum xendump_register {
    RAX,
    RBX,
    RCX,
    RDX,
    RSI,
    RDI,
    RBP,
    RSP,
    R8,
    R9,
    R10,
    R11,
    R12,
    R13,
    R14,
    R15,
    CR0,
    CR3,
    CR4,
    CR2,
    FSB,
    GSB,
    RFLAGS,
    RIP,
    XENDUMP_REGISTERS
};

/* One level of the walk: entry `index` of the table of that level held `entry`. */
struct xendump_level {
    unsigned level; /* 4 … 1 */
    unsigned index;
    uint64_t entry;
};

struct xendump {
    unsigned domain;
    unsigned vcpu;
    unsigned cpu;   /* Xen's processor, on which it ran */
    int vector;     /* the exception that nobody handled; XENDUMP_NO_VECTOR when Xen names none */
    uint64_t error; /* its error code; all ones when it has none */
    char cause[XENDUMP_LINE]; /* Xen's "domain_crash… called from …"; "" when it does not say */
    char complaint[XENDUMP_LINE]; /* the last line of Xen's about this domain before the dump; ""
                            when there is none */
    uint64_t registers[XENDUMP_REGISTERS];
    bool has_registers;
    uint64_t stack[XENDUMP_MOST_WORDS]; /* from stack_base upwards */
    uint64_t stack_base; /* rsp, unless somebody has read more of the stack from the machine */
    size_t stack_words;
    uint64_t walked; /* the address whose walk follows */
    struct xendump_level levels[XENDUMP_MOST_LEVELS];
    unsigned level_count; /* 0: no walk */
    bool frame_pushed; /* the words at rsp are the frame of an exception that Xen could not deliver:
                        */
    uint64_t true_rsp; /* rsp before that frame; equal to registers[RSP] when there is none */
};

/** Find the last crash of domain `domain` (-1: of any) in `text`: Xen's lines, without "(XEN) ".
 * False: there is none. */
bool xendump_read(const char *text, int domain, struct xendump *dump);

/** The name of a register as Xen prints it: "rax" … */
const char *xendump_register_name(enum xendump_register which);

/** The word of the stack at `address`. False when the dump does not hold it. */
bool xendump_stack_word(const struct xendump *dump, uint64_t address, uint64_t *word);
