/* Time never goes back, whichever vCPU looks; and nobody sleeps too short. */
#include "stress.h"

#include <stardust/clock.h>
#include <stardust/spinlock.h>

static struct spinlock lock = SPINLOCK(LOCK_WAIT);
static nsec_t last_locked; /* lock */
static nsec_t last;        /* atomic */

static void look_locked(void)
{
    critical_t state = spin_lock_irqsave(&lock);
    nsec_t now = clock_monotonic(), before = last_locked;

    last_locked = now;
    spin_unlock_irqrestore(&lock, state);
    if (now < before) {
        wrong("the clock went back by %lu ns between two holders of a lock", before - now);
    }
}

static void look_unlocked(void)
{
    nsec_t before = __atomic_load_n(&last, __ATOMIC_ACQUIRE);
    nsec_t now = clock_monotonic();

    if (now < before) {
        wrong("the clock went back by %lu ns", before - now);
    }
    while (before < now && !__atomic_compare_exchange_n(&last, &before, now, true, __ATOMIC_SEQ_CST,
                                                        __ATOMIC_ACQUIRE)) {
    }
}

static void *look(void *argument)
{
    unsigned turn = 0;

    (void)argument;
    do {
        look_locked();
        look_unlocked();
        moved();
        if (++turn % 64 == 0) {
            thread_yield();
        }
    } while (time_left());
    return NULL;
}

static void *sleep_and_look(void *argument)
{
    struct random random = randomness((unsigned)(uintptr_t)argument);

    do {
        nsec_t deadline = clock_monotonic() + random_below(&random, 500) * NSEC_PER_USEC;
        nsec_t now;

        thread_sleep(deadline);
        now = clock_monotonic();
        if (now < deadline) {
            wrong("a thread woke %lu ns too early", deadline - now);
        }
        moved();
    } while (time_left());
    return NULL;
}

void test_clock(void)
{
    struct thread *threads[3 * CPUS_MAX];
    unsigned count = 3 * vcpu_count();

    last = last_locked = 0;
    for (unsigned i = 0; i < count; i++) {
        void *(*entry)(void *) = i < vcpu_count() ? look : sleep_and_look;

        threads[i] = begin(only(i % vcpu_count()), entry, (void *)(uintptr_t)i);
        thread_set_affinity(threads[i], i < vcpu_count() ? only(i) : all_vcpus());
    }
    end_all(threads, count);
}
