/* Calls from every vCPU to every vCPU, and spinlocks that all want, some with upcalls masked and some without. */
#include "stress.h"

#include <stardust/clock.h>
#include <stardust/event.h>
#include <stardust/preempt.h>
#include <stardust/smp.h>
#include <stardust/spinlock.h>

static void count_here(void *argument)
{
    unsigned *counts = argument;

    counts[cpu_this()->number]++;
}

static void *call_all(void *argument)
{
    struct random random = randomness((unsigned)(uintptr_t)argument);

    do {
        unsigned counts[CPUS_MAX] = {0};
        cpu_mask_t mask = (cpu_mask_t)random_next(&random);

        smp_call(mask, count_here, counts);
        for (unsigned i = 0; i < CPUS_MAX; i++) {
            unsigned wanted = mask & all_vcpus() & only(i) ? 1 : 0;

            if (counts[i] != wanted) {
                wrong("vCPU %u was called %u times, not %u", i, counts[i], wanted);
            }
        }
        moved();
    } while (time_left());
    return NULL;
}

void test_calls(void)
{
    struct thread *threads[2 * CPUS_MAX];
    unsigned count = 2 * vcpu_count();

    for (unsigned i = 0; i < count; i++) {
        threads[i] = begin(all_vcpus(), call_all, (void *)(uintptr_t)i);
    }
    end_all(threads, count);
}

static struct {
    struct spinlock lock;
    volatile unsigned long first, second; /* lock: always the same */
    unsigned long wanted;                 /* atomic */
} shared[2] = {{.lock = SPINLOCK(LOCK_CALLS)},
               {.lock = SPINLOCK(LOCK_CALLS)}}; /* before what upcalls take */

static void change(unsigned which, unsigned times)
{
    shared[which].first++;
    compute(times);
    shared[which].second++;
    if (shared[which].first != shared[which].second) {
        wrong("two vCPUs hold a spinlock");
    }
    __atomic_fetch_add(&shared[which].wanted, 1, __ATOMIC_RELAXED);
}

/* Locks of the first kind are taken with upcalls masked, those of the second without. */
static void *use_locks(void *argument)
{
    struct random random = randomness((unsigned)(uintptr_t)argument);

    do {
        unsigned times = (unsigned)random_below(&random, 8);

        if (random_below(&random, 2) == 0) {
            critical_t state = spin_lock_irqsave(&shared[0].lock);

            change(0, times);
            spin_unlock_irqrestore(&shared[0].lock, state);
        } else {
            spin_lock(&shared[1].lock);
            change(1, times);
            spin_unlock(&shared[1].lock);
        }
        moved();
    } while (time_left());
    return NULL;
}

/* Events that end the sleep of vCPUs which wait for a lock. */
static void *disturb(void *argument)
{
    (void)argument;
    do {
        for (unsigned i = 0; i < vcpu_count(); i++) {
            event_notify(cpus[i]->reschedule_port);
        }
        thread_yield();
    } while (time_left());
    return NULL;
}

void test_spinlocks(void)
{
    struct thread *threads[2 * CPUS_MAX + 1];
    unsigned count = 2 * vcpu_count();

    for (unsigned i = 0; i < 2; i++) {
        shared[i].first = shared[i].second = shared[i].wanted = 0;
    }
    for (unsigned i = 0; i < count; i++) {
        threads[i] = begin(all_vcpus(), use_locks, (void *)(uintptr_t)i);
    }
    threads[count] = begin(all_vcpus(), disturb, NULL);
    end_all(threads, count + 1);
    for (unsigned i = 0; i < 2; i++) {
        if (shared[i].first != shared[i].wanted) {
            wrong("%lu changes under a lock, %lu seen", shared[i].wanted, shared[i].first);
        }
    }
}
