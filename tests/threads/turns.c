/* Every thread gets its turns, and none runs in two places at once; no vCPU is idle while a thread waits for one. */
#include "stress.h"

#include <stardust/clock.h>
#include <stardust/preempt.h>

enum { THREADS_MOST = 3 * CPUS_MAX + 5 };

static struct slot {
    unsigned inside; /* whether its thread is between two marks; atomic */
    unsigned long turns;
    unsigned number;
} slots[THREADS_MOST];

static void one_turn(struct slot *slot, struct random *random)
{
    if (__atomic_exchange_n(&slot->inside, 1, __ATOMIC_SEQ_CST) != 0) {
        wrong("thread %u runs twice at the same time", slot->number);
    }
    slot->turns++;
    compute((unsigned)random_below(random, 50));
    __atomic_store_n(&slot->inside, 0, __ATOMIC_SEQ_CST);
}

static void rest(struct random *random)
{
    switch (random_below(random, 4)) {
    case 0:
        thread_yield();
        break;
    case 1:
        thread_sleep(clock_monotonic() + random_below(random, 200) * NSEC_PER_USEC);
        break;
    default:
        break;
    }
}

static void *take_turns(void *argument)
{
    struct slot *slot = argument;
    struct random random = randomness(slot->number);

    do {
        one_turn(slot, &random);
        rest(&random);
        moved();
    } while (time_left());
    return NULL;
}

void test_turns(void)
{
    struct thread *threads[THREADS_MOST];
    unsigned count = 3 * vcpu_count() + 5;

    for (unsigned i = 0; i < count; i++) {
        slots[i] = (struct slot){.number = i};
        threads[i] = begin(all_vcpus(), take_turns, &slots[i]);
    }
    end_all(threads, count);
}

static unsigned arrived; /* atomic */

/* Nobody preempts us here, so that all can be here at once only if each has a vCPU of its own. */
static void *meet_all(void *argument)
{
    unsigned target = (unsigned)(uintptr_t)argument;

    preempt_disable();
    __atomic_fetch_add(&arrived, 1, __ATOMIC_SEQ_CST);
    while (__atomic_load_n(&arrived, __ATOMIC_ACQUIRE) < target) {
        cpu_relax();
    }
    preempt_enable();
    return NULL;
}

void test_balance(void)
{
    struct thread *threads[CPUS_MAX];
    unsigned count = vcpu_count();

    do {
        __atomic_store_n(&arrived, 0, __ATOMIC_SEQ_CST);
        for (unsigned i = 0; i < count; i++) {
            threads[i] = begin(all_vcpus(), meet_all, (void *)(uintptr_t)count);
        }
        end_all(threads, count);
    } while (time_left());
}
