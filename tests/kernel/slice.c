/* Time slices: one that came to its end too late is owed, so that in the long run a thread has a slice for each of its turns. */
#include <stardust/slice.h>

#include <stdarg.h>
#include <stdlib.h>

#include <stardust/clock.h>
#include <stardust/event.h>
#include <stardust/panic.h>
#include <stardust/preempt.h>
#include <stardust/runstate.h>
#include <stardust/schedule.h>
#include <stardust/spinlock.h>
#include <stardust/timer.h>

#include <CUnit/CUnit.h>

#include "../tap/tap.h"

#define SLICE_TICKS 1000000

struct schedule_hooks schedule_hooks;

static struct thread one = {.priority = 1}, other = {.priority = 1};

/* What is around the file under test; none of it matters to whom a slice belongs. */

int event_bind_ipi(unsigned cpu, event_handler *handler, void *context)
{
    (void)cpu, (void)handler, (void)context;
    return 1;
}

int event_notify(evtchn_t port)
{
    (void)port;
    return 0;
}

void event_look(void)
{
}

long hypercall(unsigned long number, ...)
{
    (void)number;
    return 0;
}

void runstate_init(struct cpu *cpu)
{
    (void)cpu;
}

nsec_t runstate_stolen(struct cpu *cpu)
{
    (void)cpu;
    return 0;
}

void timer_start(struct timer *timer, nsec_t deadline)
{
    (void)timer, (void)deadline;
}

int runqueue_highest(const struct runqueue *q)
{
    (void)q;
    return 1;
}

struct cpu *schedule_lock(struct thread *t)
{
    return t->cpu;
}

void preempt_now(void)
{
}

_Noreturn void panic(const char *format, ...)
{
    (void)format;
    abort();
}

/* This vCPU, where somebody waits, so that slices are watched. */
static struct cpu *begin(void)
{
    struct cpu *cpu = cpu_this();

    cpu->current = &one;
    cpu->info.time = (struct vcpu_time_info){.tsc_to_system_mul = 1u << 31, .tsc_shift = 1};
    preempt_init();
    cpu->runstate.slice = SLICE_TICKS;
    cpu->slice_watched = true;
    one.slice_left = other.slice_left = SLICE_TICKS;
    return cpu;
}

/* `from` has had `ticks`, and `to` begins. */
static void switch_after(struct cpu *cpu, struct thread *from, struct thread *to, int64_t ticks)
{
    from->slice_left -= ticks;
    schedule_hooks.switching(cpu, from, to, (uint64_t)ticks);
    cpu->current = to;
}

/* The turns of `one` end late by nearly two slices, those of `other` in time; who owes has its turn at once over. */
static void test_owed(void)
{
    struct cpu *cpu = begin();
    int64_t had[2] = {0};

    for (unsigned i = 0; i < 300; i++) {
        int64_t left = one.slice_left;
        int64_t used = left > 0 ? left + 17 * SLICE_TICKS / 10 : 0;

        switch_after(cpu, &one, &other, used);
        had[0] += used;
        used = other.slice_left;
        switch_after(cpu, &other, &one, used);
        had[1] += used;
    }
    CU_ASSERT(had[0] - had[1] < 3 * (int64_t)SLICE_TICKS);
    CU_ASSERT(had[1] - had[0] < 3 * (int64_t)SLICE_TICKS);
}

/* Nobody goes without a processor for longer than a hundred slices, a second. */
static void test_forgiven(void)
{
    struct cpu *cpu = begin();
    unsigned turns = 1;

    switch_after(cpu, &one, &other, 1000000 * (int64_t)SLICE_TICKS);
    while (one.slice_left <= 0 && turns < 1000) {
        switch_after(cpu, &other, &one, 0);
        switch_after(cpu, &one, &other, 0);
        turns++;
    }
    CU_ASSERT(turns > 90 && turns < 110);
}

/* It ran without a timer, since nobody waited: whoever comes later is not paid for that. */
static void test_alone(void)
{
    struct cpu *cpu = begin();

    cpu->slice_watched = false;
    switch_after(cpu, &one, &other, 50 * SLICE_TICKS);
    CU_ASSERT_EQUAL(one.slice_left, -SLICE_TICKS);
}

int main(void)
{
    static const struct tap_test tests[] = {
        {"what was too long is owed: turns that end late give nobody more time", test_owed},
        {"a debt of more than a hundred slices is forgiven", test_forgiven},
        {"who ran alone owes one slice at most", test_alone},
    };

    return TAP_RUN("slice", tests);
}
