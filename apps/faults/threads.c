/* Mistakes in threads other than main, and on several vCPUs at once. */
#include "faults.h"

#ifdef HAVE_SMP

#include <limits.h>
#include <stdio.h>

#include <stardust/clock.h>
#include <stardust/panic.h>
#include <stardust/spinlock.h>
#include <stardust/thread.h>

static struct thread *begin(const char *name, unsigned vcpu, void *(*entry)(void *))
{
    const struct thread_options options = {.name = name, .affinity = (cpu_mask_t)1 << vcpu};
    struct thread *t = NULL;
    int error = thread_create(&t, &options, entry, NULL);

    assert_that(error == 0, "no thread on vCPU %u: error %d", vcpu, error);
    return t;
}

static unsigned last_vcpu(void)
{
    return 31 - (unsigned)__builtin_clz(cpus_online);
}

static void *overflow(void *unused)
{
    (void)unused;
    printf("%d\n", overflow_stack(0));
    return NULL;
}

void overflow_in_thread(void)
{
    thread_join(begin("deep", 0, overflow), NULL, NSEC_FOREVER);
}

/* How many have come to where they are wanted; atomic. */
static unsigned arrived;

static void arrive_and_wait_for(unsigned count)
{
    __atomic_fetch_add(&arrived, 1, __ATOMIC_SEQ_CST);
    while (__atomic_load_n(&arrived, __ATOMIC_ACQUIRE) < count) {
        cpu_relax();
    }
}

static void *compute_on(void *unused)
{
    (void)unused;
    arrive_and_wait_for(last_vcpu() + 1);
    /* For ever: one more than there are never comes. */
    arrive_and_wait_for(UINT_MAX);
    return NULL;
}

static void *read_nothing(void *unused)
{
    const int *volatile pointer = (const int *)8;

    (void)unused;
    arrive_and_wait_for(last_vcpu() + 1);
    printf("%d\n", *pointer);
    return NULL;
}

void fault_among_busy(void)
{
    for (unsigned vcpu = 0; vcpu < last_vcpu(); vcpu++) {
        begin("busy", vcpu, compute_on);
    }
    thread_join(begin("wrong", last_vcpu(), read_nothing), NULL, NSEC_FOREVER);
}

static void *panic_at_once(void *unused)
{
    (void)unused;
    arrive_and_wait_for(2);
    panic("two at once");
}

void panic_on_two(void)
{
    begin("one", 0, panic_at_once);
    thread_join(begin("other", last_vcpu(), panic_at_once), NULL, NSEC_FOREVER);
}

static void *sleep_locked(void *unused)
{
    static struct spinlock lock = SPINLOCK(LOCK_WAIT);

    (void)unused;
    spin_lock(&lock);
    thread_sleep(clock_monotonic() + NSEC_PER_SEC);
    spin_unlock(&lock);
    return NULL;
}

void sleep_with_spinlock(void)
{
    thread_join(begin("sleeper", 0, sleep_locked), NULL, NSEC_FOREVER);
}

#endif
