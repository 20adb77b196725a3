/*
 * The command line of the rig, read and checked: what every subcommand may look at.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/** How QEMU counts time. The two exact modes run on virtual time and repeat; never convert one into
 * the other. */
enum exact {
    EXACT_OFF,    /* the host's clock: quickest to write about, different every time */
    EXACT_REPEAT, /* 64 ns an instruction, fixed date: two runs print the same bytes */
    EXACT_COUNT   /* 1 ns an instruction, one CPU: the time-stamp counter counts instructions */
};

struct options {
    const char
        *operand; /* the file that the command is about: the kernel image; for decode, the log */
    const char *kernel;   /* decode: the image that the log is about; NULL: not given */
    unsigned vcpus;       /* of the guest */
    unsigned memory;      /* of the guest, in MB */
    const char *cmdline;  /* the guest's own command line, "" when not given */
    double virtual_limit; /* seconds of virtual time; 0: no limit */
    double timeout;       /* seconds of the whole run */
    enum exact exact;     /* --exact */
    const char *token;    /* hexadecimal; NULL: none */
    const char *seed;     /* decimal; NULL: none */
    const char *disk;     /* image of an extra disk; NULL: none */
    const char *script;   /* for dom0's shell to run beside the guest; NULL: none */
    const char *input;    /* what is typed into the guest's console, "-" for stdin; NULL: nothing */
    unsigned host_port;   /* --forward: 0 when none */
    unsigned guest_port;  /* --forward */
    const char *log; /* where everything goes that is not the guest's console; NULL: the default */
    const char *result; /* JSON of the outcome; NULL: not written */
    const char *build;  /* the build folder */
    bool quiet;         /* no crash report, no closing message */
};

/**
 * Read the command line, `arguments[0]` being the command. `operand` names the file that it takes
 * ("KERNEL.elf"), or is NULL when it takes none. A mistake ends the program with STATUS_USAGE and
 * one line. Does not know --help: see main.c.
 */
struct options options_read(int count, char **arguments, const char *operand);

/** The options' part of the help text. */
extern const char options_help[];

/**
 * The guest's whole command line: --cmdline, then token= and seed= when given. The caller frees it.
 * Ends the program with STATUS_USAGE when Xen would cut it off.
 */
char *options_guest_line(const struct options *o);
