/* Threads on the real hypervisor that sleep, and a vCPU that has nothing to do: see parts.h. */
#include "parts.h"

#include <stardust/clock.h>
#include <stardust/cpu.h>
#include <stardust/print.h>
#include <stardust/thread.h>

#include <tests/ktap/guest.h>

#define START                                                                                      \
    (500 *                                                                                         \
     NSEC_PER_MSEC) /* from now, to have them all asleep by then: each is made in a few milliseconds */
#define STEP (50 * NSEC_PER_MSEC) /* longer than Xen may let the vCPU wait */
#define IDLE (50 * NSEC_PER_MSEC)

static char did[160];
static uint64_t hash;
static unsigned early;

struct sleeper {
    nsec_t deadline;
    uintptr_t number;
};

static void *sleep(void *argument)
{
    const struct sleeper *sleeper = argument;

    thread_sleep(sleeper->deadline);
    early += clock_monotonic() < sleeper->deadline;
    hash = events_fold(hash, sleeper->number);
    return NULL;
}

static void test_order(uint64_t seed)
{
    const struct thread_options options = {.name = "sleeper", .affinity = 1};
    struct sleeper sleepers[EVENTS_SLEEPERS];
    struct thread *threads[EVENTS_SLEEPERS];
    unsigned order[EVENTS_SLEEPERS];
    nsec_t begin = clock_monotonic() + START;

    hash = seed;
    events_shuffle(seed, "sleepers", order, EVENTS_SLEEPERS);
    for (unsigned n = 0; n < EVENTS_SLEEPERS; n++) {
        sleepers[order[n]] = (struct sleeper){.deadline = begin + n * STEP, .number = order[n]};
    }
    for (unsigned i = 0; i < EVENTS_SLEEPERS; i++) {
        threads[i] = NULL;
        thread_create(&threads[i], &options, sleep, &sleepers[i]);
    }
    for (unsigned i = 0; i < EVENTS_SLEEPERS; i++) {
        if (threads[i] != NULL) {
            thread_join(threads[i], NULL, NSEC_FOREVER);
        }
    }
    guest_report_value("sleep_order", hash);
    format_text(did, sizeof did, "%u threads woke up too early", early);
    report("threads.sleep", early == 0, "a thread sleeps until its time has come", did, "none",
           "4.4 and 4.5");
}

static nsec_t blocked(void)
{
    return *(const volatile uint64_t *)&cpu_this()->runstate.info.time[RUNSTATE_blocked];
}

/* Xen says how long the vCPU left the processor to others. */
static void test_idle(void)
{
    nsec_t before = blocked();

    thread_sleep(clock_monotonic() + IDLE);
    report("threads.idle", blocked() - before >= IDLE / 2,
           "a vCPU that has nothing to do leaves its processor to others",
           "while the only thread slept, Xen saw the vCPU run most of the time",
           "a vCPU that waits in Xen (SCHEDOP_block)", "4.4 and 4.5");
}

void test_sleep(uint64_t seed)
{
    test_order(seed);
    test_idle();
}
