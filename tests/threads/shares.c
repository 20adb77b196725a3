/* Who has to share a vCPU gets a turn, though nobody gives way; who is driven off goes on where nobody runs. */
#include "stress.h"

#include <stardust/clock.h>
#include <stardust/critical.h>
#include <stardust/semaphore.h>

enum { SHARERS = 3, TURNS = 3, LIMIT_SECONDS = 10 };

static unsigned last;               /* who of them ran last; atomic */
static unsigned turns[SHARERS + 1]; /* how often each has run after another one; atomic */

static bool all_had_turns(void)
{
    for (unsigned i = 1; i <= SHARERS; i++) {
        if (__atomic_load_n(&turns[i], __ATOMIC_RELAXED) < TURNS) {
            return false;
        }
    }
    return true;
}

/* From 1 on. Nobody calls the kernel for anything but the time, or is woken: only the slices can end. */
static void *share(void *argument)
{
    unsigned self = (unsigned)(uintptr_t)argument;
    nsec_t limit = clock_monotonic() + LIMIT_SECONDS * NSEC_PER_SEC;

    while (!all_had_turns()) {
        if (__atomic_exchange_n(&last, self, __ATOMIC_RELAXED) != self) {
            __atomic_fetch_add(&turns[self], 1, __ATOMIC_RELAXED);
        }
        if (clock_monotonic() > limit) {
            wrong("thread %u ran for %u seconds, and others of the same vCPU waited", self,
                  LIMIT_SECONDS);
            break;
        }
    }
    return NULL;
}

void test_shares(void)
{
    for (unsigned vcpu = 0; vcpu < vcpu_count(); vcpu++) {
        struct thread *threads[SHARERS];

        last = 0;
        for (unsigned i = 0; i < SHARERS; i++) {
            turns[i + 1] = 0;
            threads[i] = begin(only(vcpu), share, (void *)(uintptr_t)(i + 1));
        }
        end_all(threads, SHARERS);
    }
}

static struct drive {
    struct semaphore there; /* a unit: the one that is to be driven off runs */
    unsigned vcpu;          /* where; atomic */
    unsigned long work;     /* of that one; atomic */
    bool over;              /* atomic */
} drive;

static unsigned here(void)
{
    critical_t state = critical_enter();
    unsigned number = cpu_this()->number;

    critical_leave(state);
    return number;
}

/* A few thousand instructions before it is driven off, it has still most of its slice. */
static void *work_anywhere(void *unused)
{
    __atomic_store_n(&drive.vcpu, here(), __ATOMIC_RELAXED);
    semaphore_up(&drive.there);
    while (!__atomic_load_n(&drive.over, __ATOMIC_ACQUIRE)) {
        __atomic_fetch_add(&drive.work, 1, __ATOMIC_RELAXED);
    }
    return unused;
}

/* Keeps this vCPU until the other one goes on, elsewhere. */
static void *drive_off(void *unused)
{
    unsigned long before = __atomic_load_n(&drive.work, __ATOMIC_RELAXED);
    nsec_t limit = clock_monotonic() + LIMIT_SECONDS * NSEC_PER_SEC;

    while (__atomic_load_n(&drive.work, __ATOMIC_RELAXED) == before) {
        if (clock_monotonic() > limit) {
            wrong("a thread was driven off vCPU %u and waited %u seconds, with others idle", here(),
                  LIMIT_SECONDS);
            break;
        }
    }
    __atomic_store_n(&drive.over, true, __ATOMIC_RELEASE);
    return unused;
}

/* Who drives it off never sleeps, so that only the kernel's calling another vCPU helps. */
static void drive_one_off(void)
{
    struct thread *threads[2];

    drive = (struct drive){.work = 0};
    semaphore_init(&drive.there, 0);
    threads[0] = begin(all_vcpus(), work_anywhere, NULL);
    semaphore_down(&drive.there, NSEC_FOREVER);
    threads[1] = begin_first(only(__atomic_load_n(&drive.vcpu, __ATOMIC_RELAXED)), drive_off, NULL);
    end_all(threads, 2);
}

void test_driven(void)
{
    if (vcpu_count() == 1) {
        return;
    }
    for (unsigned i = 0; i < 10; i++) {
        drive_one_off();
    }
}
