/*
 * A vCPU with threads, for preempt.c: the run queue is the kernel's own; what preempt.c calls besides is here, and notes it.
 */
#pragma once

#include <stardust/cpu.h>
#include <stardust/thread.h>

#include <tests/fakexen/fakexen.h>
#include <tests/fakexen/runner/test.h>

#define PRIORITY 16
#define PORT     5 /* reschedule_port */

/** What was called, in which order: "save", "switch", "restore", "handler", "look" … */
#define THREADS_NOTES 16

struct threads_log {
    const char *notes[THREADS_NOTES];
    unsigned count;
    unsigned switches, sends, watches; /* of schedule_preempt, event_notify, slice_watch */
    bool first;                        /* what the latest switch was given */
    bool want_in_watch; /* set by a test: somebody wants another look while slice_watch runs */
    nsec_t slice_left;  /* set by a test */
    const void *saved, *restored;
};

extern struct threads_log threads_log;

/** Begin anew: a thread of PRIORITY runs on vCPU 0, with time left, a look is wanted, upcalls come. */
struct cpu *threads_start(void);

/** Another thread of `priority` is ready. */
void threads_ready(unsigned priority);

/** The idle thread runs; its priority is 0. */
void threads_idle(void);

/** Note that something was called. */
void threads_note(const char *what);

/** Everything that was noted, in a line. */
const char *threads_story(void);
