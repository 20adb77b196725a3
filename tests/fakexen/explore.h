/*
 * The explorer: functions that run on several vCPUs at once, in an order of instructions that a seed decides.
 *
 * The code under test is the one built as for the kernel (as_built_NAME). Before each of its instructions another vCPU may go
 * on, or an upcall come (points.awk and explore_point.S see to that); all in one thread of the host, so that a seed repeats what
 * happened, to the instruction. All other code, of tests and with sanitizers, runs on without interruption until it calls code
 * under test or enters Xen. A vCPU that waits in Xen (SCHEDOP_block, SCHEDOP_poll) does not run until it is woken; virtual time
 * goes on when all of them wait.
 *
 * What cannot be seen: reordered memory accesses (each instruction is done when the next begins), and code that looks
 * into its own bytes, like tables by offset in a critical region: use labels there.
 */
#pragma once

#include <signal.h>

#include "fakexen.h"

/** What to run, and how. Zero means the value in brackets. */
struct explore_options {
    uint64_t seed;
    void (*functions[FAKEXEN_VCPUS])(
        void *argument); /* one for each vCPU that begins at once; NULL: none */
    void *arguments[FAKEXEN_VCPUS];
    uint32_t background;  /* bit n: vCPU n's function need not return */
    unsigned long budget; /* steps until it is an endless loop (1,000,000) */
    unsigned
        interval; /* another vCPU goes on after so many steps, on average (the seed chooses from 1 to 1000) */

    /* What happens outside: called now and then between two instructions, with a number of no meaning; it may call
     * fakexen_event, fakexen_virq, fakexen_time_is. */
    void (*outside)(uint64_t random);
    unsigned outside_interval; /* after so many steps, on average (100) */

    /** Called before each instruction of code under test, with the number of steps so far: for events at a chosen one. */
    void (*step)(unsigned long steps, uintptr_t place);
    nsec_t
        step_time; /* virtual time that a step takes, if it shall not stand still while somebody runs (0) */

    /* The entry of upcalls, an assembly function with a .size: an upcall that comes while it is on its way back need not go
     * back there, as it may have a critical region that it begins anew. (Each upcall must go back where it interrupted.) */
    void (*entry)(void);
};

enum explore_outcome {
    EXPLORE_DONE,    /* all functions that must return have */
    EXPLORE_LOST,    /* all vCPUs wait, for ever */
    EXPLORE_ENDLESS, /* the budget is used up */
    EXPLORE_CHANGED, /* an upcall did not leave registers and mask as they were */
};

struct explore_result {
    enum explore_outcome outcome;
    uint64_t seed;
    unsigned long steps, switches, upcalls;
    char what[500]; /* unless DONE: what is wrong */
};

/** Run the functions until all have returned, or something is wrong. Context: a test. */
struct explore_result explore(const struct explore_options *options);

/** The latest places of each vCPU in the latest run, the newest first, as text. Slow. */
void explore_places(char *text, size_t size);

/** Fail this test unless it is done; `result` is the latest run's. */
void explore_check(const struct explore_result *result);

/**
 * Explore with `seeds` seeds, the first of which is the run's own (unit --seed=N repeats one at once). Before each `prepare`
 * is called, after it `finish`; either may be NULL. A failure, also of a CHECK in a function, fails this test and names its seed.
 */
void explore_seeds(const struct explore_options *options, unsigned seeds, void (*prepare)(void),
                   void (*finish)(void));

/** A point at which another vCPU may go on, for tests' own functions. Context: a function that the explorer runs. */
void explore_here(void);

/** Whether it is running. */
bool explore_running(void);

/** For the handler of hypercalls: let whoever may go on, and change `registers` to theirs. */
void explore_entered_xen(greg_t *registers);
