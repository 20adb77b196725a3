/*
 * What a run showed, and whether that is what a check asks for.
 */
#pragma once

#include "expect.h"
#include "grading.h"

/** How the code under test came to its end, told by somebody else than itself. */
enum run_end {
    RUN_ENDED, /* as it should: exit, or the domain powered off */
    RUN_CRASHED,
    RUN_TIMEOUT,
    RUN_FLOODED, /* stopped, since it printed more than it may */
    RUN_BROKEN   /* the machinery failed */
};

struct evidence {
    enum run_end end;
    char *reason; /* of the end, one line */
    char *report; /* the crash report, several lines; or NULL */
    struct hole hole;
    struct text output; /* what the code under test printed */
    struct ktap ktap;   /* the same, read */
    double seconds;
    unsigned vcpus_online; /* what xl said of a domain; 0: nothing */
    char *script;          /* what dom0's script printed beside a domain; or NULL */
};

/** Judge every check of kind `kind` that is due by `e`, in their order, skipping those that need one that has not passed. `run` is what the guest was given (a unit test: token and seed only). */
void evidence_judge(const struct evidence *e, const struct run *run, struct grading *g,
                    enum check_kind kind);

/** Free what it owns. */
void evidence_free(struct evidence *e);
