/* No wake-up is lost: tokens go to and fro between every two vCPUs, and units are given while time limits end. */
#include "stress.h"

#include <stardust/clock.h>
#include <stardust/condition.h>
#include <stardust/mutex.h>
#include <stardust/semaphore.h>
#include <stardust/spinlock.h>
#include <stardust/wait.h>

#include <xen/errno.h>

enum { PAIRS_MOST = 160 };

/* One token that two threads pass to each other, by one of three means. */
static struct pair {
    unsigned kind;
    unsigned turn; /* 0 or 1: whose it is; 2: no more */
    struct semaphore semaphores[2];
    struct mutex mutex;
    struct condition condition;
    struct spinlock lock;
    struct wait_queue queue;
    unsigned long rounds;
} pairs[PAIRS_MOST];

static bool by_semaphore(struct pair *p, unsigned side)
{
    semaphore_down(&p->semaphores[side], NSEC_FOREVER);
    if (p->turn == 2) {
        return false;
    }
    if (p->turn != side) {
        wrong("a semaphore woke side %u out of its turn", side);
    }
    p->turn = side == 0 && !time_left() ? 2 : 1 - side;
    semaphore_up(&p->semaphores[1 - side]);
    return p->turn != 2;
}

static bool by_condition(struct pair *p, unsigned side)
{
    bool goes_on;

    mutex_lock(&p->mutex);
    while (p->turn == 1 - side) {
        condition_wait(&p->condition, &p->mutex, NSEC_FOREVER);
    }
    goes_on = p->turn != 2;
    if (goes_on) {
        p->turn = side == 0 && !time_left() ? 2 : 1 - side;
        goes_on = p->turn != 2;
        condition_signal(&p->condition);
    }
    mutex_unlock(&p->mutex);
    return goes_on;
}

static bool by_wait_queue(struct pair *p, unsigned side)
{
    critical_t state = spin_lock_irqsave(&p->lock);
    bool goes_on;

    while (p->turn == 1 - side) {
        wait_queue_sleep(&p->queue, &p->lock, NSEC_FOREVER, "its turn");
    }
    goes_on = p->turn != 2;
    if (goes_on) {
        p->turn = side == 0 && !time_left() ? 2 : 1 - side;
        goes_on = p->turn != 2;
        wait_queue_wake_one(&p->queue);
    }
    spin_unlock_irqrestore(&p->lock, state);
    return goes_on;
}

static void play(struct pair *p, unsigned side)
{
    static bool (*const kinds[])(struct pair *, unsigned) = {by_semaphore, by_condition,
                                                             by_wait_queue};

    while (kinds[p->kind](p, side)) {
        p->rounds += side;
        moved();
    }
}

static void *play_first(void *argument)
{
    play(argument, 0);
    return NULL;
}

static void *play_second(void *argument)
{
    play(argument, 1);
    return NULL;
}

static void pair_init(struct pair *p, unsigned kind)
{
    *p = (struct pair){.kind = kind};
    semaphore_init(&p->semaphores[0], 1);
    semaphore_init(&p->semaphores[1], 0);
    mutex_init(&p->mutex);
    condition_init(&p->condition);
    spinlock_init(&p->lock, LOCK_WAIT);
    wait_queue_init(&p->queue);
}

void test_pairs(void)
{
    static struct thread *threads[2 * PAIRS_MOST];
    struct random random = randomness(0);
    unsigned count = 0;

    for (unsigned a = 0; a < vcpu_count(); a++) {
        for (unsigned b = a; b < vcpu_count() && count < PAIRS_MOST; b++) {
            struct pair *p = &pairs[count];

            pair_init(p, (unsigned)random_below(&random, 3));
            threads[2 * count] = begin(only(a), play_first, p);
            threads[2 * count + 1] = begin(only(b), play_second, p);
            count++;
        }
    }
    end_all(threads, 2 * count);
}

static struct {
    struct semaphore units;
    unsigned long given, taken; /* atomic */
    bool over;                  /* nobody gives any more; atomic */
} bank;

static void *give(void *argument)
{
    struct random random = randomness((unsigned)(uintptr_t)argument);

    do {
        __atomic_fetch_add(&bank.given, 1, __ATOMIC_RELAXED);
        semaphore_up(&bank.units);
        if (random_below(&random, 2) == 0) {
            thread_sleep(clock_monotonic() + random_below(&random, 100) * NSEC_PER_USEC);
        }
    } while (time_left());
    return NULL;
}

/* The limit ends at about the time when somebody gives. */
static void *take_in_time(void *argument)
{
    struct random random = randomness((unsigned)(uintptr_t)argument);
    int error;

    do {
        nsec_t deadline = clock_monotonic() + random_below(&random, 100) * NSEC_PER_USEC;

        error = semaphore_down(&bank.units, deadline);
        moved();
        if (error == 0) {
            __atomic_fetch_add(&bank.taken, 1, __ATOMIC_RELAXED);
        } else if (error != -XEN_ETIMEDOUT || clock_monotonic() < deadline) {
            wrong("a limited wait ended early: error %d", error);
        }
    } while (error == 0 || !__atomic_load_n(&bank.over, __ATOMIC_ACQUIRE));
    return NULL;
}

void test_limits(void)
{
    struct thread *givers[CPUS_MAX], *takers[CPUS_MAX];
    unsigned count = vcpu_count();

    bank.given = bank.taken = 0;
    bank.over = false;
    semaphore_init(&bank.units, 0);
    for (unsigned i = 0; i < count; i++) {
        givers[i] = begin(all_vcpus(), give, (void *)(uintptr_t)i);
        takers[i] = begin(all_vcpus(), take_in_time, (void *)(uintptr_t)(CPUS_MAX + i));
    }
    end_all(givers, count);
    __atomic_store_n(&bank.over, true, __ATOMIC_RELEASE);
    end_all(takers, count);
    while (semaphore_trydown(&bank.units)) {
        bank.taken++;
    }
    if (bank.taken != bank.given) {
        wrong("%lu units given, %lu taken", bank.given, bank.taken);
    }
}
