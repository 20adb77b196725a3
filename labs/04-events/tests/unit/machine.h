/*
 * Xen, as the entry of an upcall sees it: it interrupts the victim, and the way back, wherever the test wants.
 *
 * upcall_handle is not called: what is between the entry and it is under test here, and nothing else. In its place the
 * pending byte is cleared, as event_dispatch does, and every register is overwritten that a function may change.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "victim.h"

#define MACHINE_ENDLESS 20000 /* instructions */

/** When events come: the numbers of the instructions before which they do, counted from the victim's first one. */
struct machine_plan {
    unsigned long first, second; /* 0: none */
    unsigned
        storm; /* so many more come, one at each instruction at which the kernel can be interrupted */
    unsigned gap;   /* 0 or 8: how far the victim's %rsp is from a multiple of 16 */
    uint64_t flags; /* the victim's */
};

/** What happened. */
struct machine_story {
    unsigned long steps;    /* from the victim's first instruction on */
    unsigned events, calls; /* that came, and of upcall_handle */
    unsigned deepest;       /* bytes of the victim's stack that were in use at most */
    struct victim before, behind;
};

/** Run the victim. Fails the test when an event is lost, or upcall_handle is called in the wrong way. */
struct machine_story machine_run(const struct machine_plan *plan);
