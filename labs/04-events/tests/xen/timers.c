/* Timers on the real hypervisor, and the code that they interrupt: see parts.h. */
#include "parts.h"

#include <stardust/clock.h>
#include <stardust/cpu.h>
#include <stardust/critical.h>
#include <stardust/print.h>
#include <stardust/timer.h>

#include <tests/ktap/guest.h>

#include "spin.h"

#define START (2 * NSEC_PER_MSEC) /* from now, to have them all started by then */
#define STEP  (NSEC_PER_MSEC / 5) /* from one timer to the next */
#define SPIN  NSEC_PER_MSEC       /* from now, to be in the middle of it by then */

static char did[160];
static uint64_t seed, hash;
static struct timer timers[EVENTS_TIMERS];
static bool came[EVENTS_TIMERS];
static volatile unsigned calls;

static void called(struct timer *timer)
{
    unsigned number = (unsigned)(timer - timers);

    hash = events_fold(hash, number);
    calls++;
    if (events_timer(seed, number) == EVENTS_TIMER_TWICE && !came[number]) {
        timer_start(timer, timer->deadline + EVENTS_TIMERS * STEP);
    }
    came[number] = true;
}

static void start_all(nsec_t begin)
{
    unsigned order[EVENTS_TIMERS];
    unsigned place[EVENTS_TIMERS];

    events_shuffle(seed, "timers", order, EVENTS_TIMERS);
    for (unsigned n = 0; n < EVENTS_TIMERS; n++) {
        place[order[n]] = n;
    }
    for (unsigned i = 0; i < EVENTS_TIMERS; i++) {
        timer_init(&timers[i], called);
        timer_start(&timers[i], begin + place[i] * STEP);
    }
}

static unsigned cancel_some(void)
{
    unsigned missed = 0;

    for (unsigned i = 0; i < EVENTS_TIMERS; i++) {
        if (events_timer(seed, i) == EVENTS_TIMER_CANCELLED) {
            missed += !timer_cancel(&timers[i]);
        }
    }
    return missed;
}

bool test_timers(uint64_t run_seed)
{
    nsec_t limit = clock_monotonic() + PATIENCE * NSEC_PER_SEC;
    critical_t state = critical_enter();
    unsigned expected, missed;

    hash = seed = run_seed;
    expected = events_timers_called(seed);
    start_all(clock_monotonic() + START);
    missed = cancel_some();
    critical_leave(state);
    while (calls < expected && clock_monotonic() < limit) {
        cpu_relax();
    }
    guest_report_value("timers_order", hash);
    format_text(did, sizeof did,
                "%u of %u functions were called; %u timers were not stopped in time", calls,
                expected, missed);
    report("timers.order", calls == expected && missed == 0,
           "a timer's function is called once its time has come, and never after it was cancelled",
           did, "each of them", "4.3");
    return calls == expected;
}

static volatile uint64_t interrupted; /* what the code that spins waits for */
static bool backwards;

static void interrupt(struct timer *timer)
{
    (void)timer;
    backwards = backwards || spin_direction();
    interrupted = 1;
}

static void spin_once(unsigned number)
{
    struct spin spin = {.flags = events_flags(seed, number)};
    struct timer timer;

    for (unsigned i = 0; i < EVENTS_WORDS; i++) {
        spin.registers[i] = events_word(seed, "register", number * EVENTS_WORDS + i);
    }
    interrupted = 0;
    timer_init(&timer, interrupt);
    timer_start(&timer, clock_monotonic() + SPIN);
    spin_until(&spin, &interrupted);
    for (unsigned i = 0; i < EVENTS_WORDS; i++) {
        hash = events_fold(hash, spin.registers[i]);
    }
    hash = events_fold(hash, spin.flags & EVENTS_FLAGS);
}

void test_registers(uint64_t run_seed)
{
    hash = seed = run_seed;
    for (unsigned i = 0; i < EVENTS_SPINS; i++) {
        spin_once(i);
    }
    guest_report_value("upcall_registers", hash);
    report("timers.registers", !backwards, "C code runs with the direction flag clear",
           "a timer's function was called with the flag set that the interrupted code had set",
           "cld on the way to it", "4.3");
}
