/* Every timer fires once or is cancelled, never both, and never early; whoever starts it, and from wherever it is cancelled. */
#include "stress.h"

#include <stardust/clock.h>
#include <stardust/timer.h>

enum { TIMERS = 100 };

struct probe {
    struct timer timer;
    nsec_t due;
    unsigned fired; /* since the start of the timer; atomic */
    unsigned again; /* how often its function is to start it again */
    bool in_use;    /* nobody may call the function while this is false; atomic */
};

static struct probe probes[CPUS_MAX][TIMERS];

static void fire(struct timer *timer)
{
    struct probe *p = (struct probe *)timer;
    nsec_t now = clock_monotonic();

    if (now < p->due) {
        wrong("a timer fired %lu ns too early", p->due - now);
    }
    if (!__atomic_load_n(&p->in_use, __ATOMIC_ACQUIRE)) {
        wrong("a timer fired that was cancelled");
    }
    if (p->again > 0) {
        p->again--;
        p->due = now + 20 * NSEC_PER_USEC;
        timer_start(timer, p->due);
        compute(2);
    } else if (__atomic_fetch_add(&p->fired, 1, __ATOMIC_SEQ_CST) != 0) {
        wrong("a timer fired twice");
    }
}

static void start(struct probe *p, struct random *random)
{
    p->fired = 0;
    p->again = (unsigned)random_below(random, 3);
    p->due = clock_monotonic() + random_below(random, 500) * NSEC_PER_USEC;
    __atomic_store_n(&p->in_use, true, __ATOMIC_RELEASE);
    timer_start(&p->timer, p->due);
}

/* Afterwards the function neither runs nor will. */
static void stop(struct probe *p)
{
    bool stopped = timer_cancel(&p->timer);
    bool fired = __atomic_load_n(&p->fired, __ATOMIC_SEQ_CST) != 0;

    __atomic_store_n(&p->in_use, false, __ATOMIC_RELEASE);
    if (stopped == fired) {
        wrong("a timer that was %sstopped has %sfired", stopped ? "" : "not ", fired ? "" : "not ");
    }
    timer_init(&p->timer, fire);
}

static void wait_until_fired(struct probe *p)
{
    while (__atomic_load_n(&p->fired, __ATOMIC_SEQ_CST) == 0) {
        thread_yield();
    }
}

static void *use_timers(void *argument)
{
    unsigned number = (unsigned)(uintptr_t)argument;
    struct random random = randomness(number);
    struct probe *mine = probes[number];

    do {
        struct probe *p = &mine[random_below(&random, TIMERS)];

        if (!p->in_use) {
            start(p, &random);
        } else if (random_below(&random, 4) == 0) {
            /* Started again without any cancelling, and perhaps from another vCPU. */
            wait_until_fired(p);
            start(p, &random);
        } else {
            stop(p);
        }
        moved();
        if (random_below(&random, 8) == 0) {
            thread_set_affinity(thread_current(),
                                only((unsigned)random_below(&random, vcpu_count())));
        }
    } while (time_left());
    for (unsigned i = 0; i < TIMERS; i++) {
        if (mine[i].in_use) {
            (i % 2 == 0 ? wait_until_fired : stop)(&mine[i]);
            timer_cancel(&mine[i].timer);
        }
    }
    return NULL;
}

void test_timers(void)
{
    struct thread *threads[CPUS_MAX];
    unsigned count = vcpu_count();

    for (unsigned i = 0; i < count; i++) {
        for (unsigned j = 0; j < TIMERS; j++) {
            probes[i][j] = (struct probe){.in_use = false};
            timer_init(&probes[i][j].timer, fire);
        }
        threads[i] = begin(all_vcpus(), use_timers, (void *)(uintptr_t)i);
    }
    end_all(threads, count);
}
