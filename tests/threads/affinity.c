/* A thread runs only where it may, and one of a higher priority goes first. */
#include "stress.h"

#include <stardust/clock.h>
#include <stardust/critical.h>
#include <stardust/preempt.h>
#include <stardust/schedule.h>
#include <stardust/semaphore.h>

static unsigned here(void)
{
    critical_t state = critical_enter();
    unsigned number = cpu_this()->number;

    critical_leave(state);
    return number;
}

static cpu_mask_t some_vcpus(struct random *random)
{
    cpu_mask_t mask = (cpu_mask_t)random_next(random) & all_vcpus();

    return mask != 0 ? mask : only((unsigned)random_below(random, vcpu_count()));
}

/* Changes its own affinity: from then on it must never be elsewhere. */
static void *move_oneself(void *argument)
{
    struct random random = randomness((unsigned)(uintptr_t)argument);

    do {
        cpu_mask_t mask = some_vcpus(&random);

        thread_set_affinity(thread_current(), mask);
        for (unsigned i = 0; i < 5; i++) {
            if (!(mask >> here() & 1)) {
                wrong("a thread that may run on 0x%x runs on vCPU %u", mask, here());
            }
            thread_yield();
            compute(5);
        }
        moved();
    } while (time_left());
    return NULL;
}

static struct moved_thread {
    struct thread *thread;
    bool sleeps;         /* now and then */
    cpu_mask_t affinity; /* what it has been told; atomic */
    cpu_mask_t seen;     /* what it had been told when it was last where it may; atomic */
    bool over;           /* atomic */
} targets[CPUS_MAX];

/* Says that it is where it may, once it is. */
static void *be_moved(void *argument)
{
    struct moved_thread *self = argument;

    while (!__atomic_load_n(&self->over, __ATOMIC_ACQUIRE)) {
        cpu_mask_t affinity = __atomic_load_n(&self->affinity, __ATOMIC_ACQUIRE);

        if (affinity >> here() & 1) {
            __atomic_store_n(&self->seen, affinity, __ATOMIC_RELEASE);
        }
        if (self->sleeps) {
            thread_sleep(clock_monotonic() + 50 * NSEC_PER_USEC);
        }
    }
    return NULL;
}

/* Whether it runs, is ready, or sleeps: it comes to be where it is sent, or the run ends for want of movement. */
static void move_and_see(struct moved_thread *target, struct random *random)
{
    cpu_mask_t mask = only((unsigned)random_below(random, vcpu_count()));

    if (mask == target->affinity) {
        return;
    }
    thread_set_affinity(target->thread, mask);
    __atomic_store_n(&target->affinity, mask, __ATOMIC_RELEASE);
    while (__atomic_load_n(&target->seen, __ATOMIC_ACQUIRE) != mask) {
        thread_yield();
    }
    moved();
}

static void move_others(void)
{
    struct random random = randomness(1000);
    unsigned count = vcpu_count();

    for (unsigned i = 0; i < count; i++) {
        targets[i] = (struct moved_thread){.sleeps = i % 2, .affinity = all_vcpus()};
        targets[i].thread = begin(all_vcpus(), be_moved, &targets[i]);
    }
    do {
        move_and_see(&targets[random_below(&random, count)], &random);
    } while (time_left());
    for (unsigned i = 0; i < count; i++) {
        __atomic_store_n(&targets[i].over, true, __ATOMIC_RELEASE);
        end_all(&targets[i].thread, 1);
    }
}

void test_affinity(void)
{
    struct thread *threads[2 * CPUS_MAX];
    unsigned count = 2 * vcpu_count();

    for (unsigned i = 0; i < count; i++) {
        threads[i] = begin(all_vcpus(), move_oneself, (void *)(uintptr_t)i);
    }
    move_others();
    end_all(threads, count);
}

static struct contest {
    struct semaphore start;
    bool over;          /* atomic */
    unsigned long work; /* of the lower one; atomic */
} contests[CPUS_MAX];

/* Never gives way by itself. */
static void *work_low(void *argument)
{
    struct contest *c = argument;

    while (!__atomic_load_n(&c->over, __ATOMIC_ACQUIRE)) {
        __atomic_fetch_add(&c->work, 1, __ATOMIC_RELAXED);
    }
    return NULL;
}

/* Once it runs, the lower one does not, however long that takes. */
static void *work_high(void *argument)
{
    struct contest *c = argument;

    do {
        nsec_t end;
        unsigned long before;

        semaphore_down(&c->start, clock_monotonic() + NSEC_PER_MSEC);
        before = __atomic_load_n(&c->work, __ATOMIC_RELAXED);
        end = clock_monotonic() + 15 * NSEC_PER_MSEC;
        while (clock_monotonic() < end) {
            thread_yield();
        }
        if (__atomic_load_n(&c->work, __ATOMIC_RELAXED) != before) {
            wrong("a lower priority ran on vCPU %u while a higher one was ready", here());
        }
        moved();
    } while (time_left());
    __atomic_store_n(&c->over, true, __ATOMIC_RELEASE);
    return NULL;
}

void test_priority(void)
{
    struct thread *threads[2 * CPUS_MAX];
    unsigned count = vcpu_count();

    for (unsigned i = 0; i < count; i++) {
        contests[i] = (struct contest){.over = false};
        semaphore_init(&contests[i].start, 0);
        threads[2 * i] = begin(only(i), work_low, &contests[i]);
        thread_set_priority(threads[2 * i], THREAD_PRIORITY_DEFAULT - 1);
        threads[2 * i + 1] = begin(only(i), work_high, &contests[i]);
    }
    end_all(threads, 2 * count);
}
