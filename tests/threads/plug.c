/* Other parts once more, while vCPUs go down and come back all the time: nothing is lost with them. */
#include "stress.h"

#include <stardust/clock.h>
#include <stardust/critical.h>
#include <stardust/semaphore.h>
#include <stardust/smp.h>
#include <stardust/vcpu_plug.h>

enum { PATIENCE_SECONDS = 10 };

static bool over;            /* atomic */
static unsigned long rounds; /* atomic */
static unsigned long calls;  /* to all vCPUs that have returned; atomic */

static void change(unsigned vcpu, bool up)
{
    int error = up ? vcpu_plug(vcpu) : vcpu_unplug(vcpu);

    if (error != 0) {
        wrong("vCPU %u, %s: error %d", vcpu, up ? "plugging" : "unplugging", error);
    } else if ((cpus_online >> vcpu & 1) != up) {
        wrong("vCPU %u is %s", vcpu, up ? "offline after plugging" : "online after unplugging");
    }
}

/* At least once each; the first one stays. */
static void *plug_vcpus(void *argument)
{
    struct random random = randomness(2000);
    unsigned down = 1;

    (void)argument;
    do {
        change(down, false);
        thread_sleep(clock_monotonic() + random_below(&random, 2000) * NSEC_PER_USEC);
        change(down, true);
        __atomic_fetch_add(&rounds, 1, __ATOMIC_RELAXED);
        moved();
        down = rounds < vcpu_count() - 1 ? down + 1
                                         : 1 + (unsigned)random_below(&random, vcpu_count() - 1);
    } while (!__atomic_load_n(&over, __ATOMIC_ACQUIRE));
    return NULL;
}

static unsigned here(void)
{
    critical_t state = critical_enter();
    unsigned number = cpu_this()->number;

    critical_leave(state);
    return number;
}

static void count_here(void *argument)
{
    unsigned *counts = argument;

    counts[cpu_this()->number]++;
}

/* A call returns, whoever goes down meanwhile; the first vCPU is always there. */
static void *call_all(void *argument)
{
    (void)argument;
    while (!__atomic_load_n(&over, __ATOMIC_ACQUIRE)) {
        unsigned counts[CPUS_MAX] = {0};

        smp_call(all_vcpus(), count_here, counts);
        for (unsigned i = 0; i < vcpu_count(); i++) {
            if (counts[i] > 1 || (i == 0 && counts[i] != 1)) {
                wrong("vCPU %u was called %u times", i, counts[i]);
            }
        }
        __atomic_fetch_add(&calls, 1, __ATOMIC_RELEASE);
        moved();
        thread_yield();
    }
    return NULL;
}

static void *sleep_once(void *begun)
{
    semaphore_up(begun);
    thread_sleep(clock_monotonic() + 10 * NSEC_PER_MSEC);
    return NULL;
}

/* While it is down: who fell asleep there wakes, and calls to all return. */
static void live_without(unsigned vcpu)
{
    struct semaphore begun = SEMAPHORE(0);
    struct thread *sleeper = begin(only(vcpu), sleep_once, &begun);
    unsigned long before;

    semaphore_down(&begun, NSEC_FOREVER);
    change(vcpu, false);
    before = __atomic_load_n(&calls, __ATOMIC_ACQUIRE);
    end_all(&sleeper, 1);
    while (__atomic_load_n(&calls, __ATOMIC_ACQUIRE) < before + 2) {
        thread_yield();
    }
    change(vcpu, true);
}

/* Bound to a vCPU that goes down, it runs elsewhere; when that comes back, it is there again. */
static void stay_bound(unsigned vcpu)
{
    nsec_t limit;

    thread_set_affinity(thread_current(), only(vcpu));
    change(vcpu, false);
    if (here() == vcpu) {
        wrong("a thread runs on vCPU %u, which is down", vcpu);
    }
    change(vcpu, true);
    limit = clock_monotonic() + PATIENCE_SECONDS * NSEC_PER_SEC;
    while (here() != vcpu && clock_monotonic() < limit) {
        thread_yield();
    }
    if (here() != vcpu) {
        wrong("a thread that is bound to vCPU %u has not come back to it in %u seconds", vcpu,
              PATIENCE_SECONDS);
    }
    thread_set_affinity(thread_current(), all_vcpus());
}

static void all_together(void)
{
    static void (*const tests[])(void) = {test_clock,  test_timers, test_spinlocks, test_pairs,
                                          test_limits, test_life,   test_turns};

    for (unsigned i = 0; i < sizeof tests / sizeof tests[0]; i++) {
        time_again();
        tests[i]();
    }
}

void test_plug(void)
{
    struct thread *others[2];

    if (vcpu_count() == 1) {
        return;
    }
    over = false;
    others[0] = begin(all_vcpus(), call_all, NULL);
    for (unsigned i = 1; i < vcpu_count(); i++) {
        stay_bound(i);
        live_without(i);
    }
    rounds = 0;
    others[1] = begin(all_vcpus(), plug_vcpus, NULL);
    all_together();
    __atomic_store_n(&over, true, __ATOMIC_RELEASE);
    end_all(others, 2);
    if (rounds < vcpu_count() - 1) {
        wrong("only %lu vCPUs went down and came back", rounds);
    }
}
