/* What threads, locks and events cost on one vCPU. */
#ifdef HAVE_SMP
#include "bench.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include <stardust/cpu.h>
#include <stardust/event.h>
#include <stardust/mutex.h>
#include <stardust/spinlock.h>
#include <stardust/thread.h>

static void spinlock_pair(void)
{
    static struct spinlock lock = SPINLOCK(LOCK_WAIT);

    spin_lock(&lock);
    spin_unlock(&lock);
}

static void mutex_pair(void)
{
    static struct mutex mutex;

    mutex_lock(&mutex);
    mutex_unlock(&mutex);
}

static bool yielding;

/* The other half of yield_pair: gives the processor back each time it gets it. */
static void *yield_back(void *unused)
{
    while (yielding) {
        thread_yield();
    }
    return unused;
}

static void *do_nothing(void *argument)
{
    return argument;
}

static struct thread *create(void *(*entry)(void *))
{
    struct thread *t;

    if (thread_create(&t, NULL, entry, NULL) != 0) {
        printf("no memory for a thread\n");
        exit(1);
    }
    return t;
}

static void thread_create_join(void)
{
    thread_join(create(do_nothing), NULL, NSEC_FOREVER);
}

static void measure_yield_pair(void)
{
    struct thread *t;

    yielding = true;
    t = create(yield_back);
    measure("yield_pair", thread_yield);
    yielding = false;
    thread_join(t, NULL, NSEC_FOREVER);
}

static evtchn_t port;
static volatile unsigned events;

static void on_event(evtchn_t ours, void *unused)
{
    (void)ours;
    (void)unused;
    events++;
}

/* The handler has run when the hypercall returns: an upcall comes on the way back from it. */
static void event_self(void)
{
    unsigned before = events;

    event_notify(port);
    while (events == before) {
    }
}

static void measure_event_self(void)
{
    int bound = event_bind_ipi(cpu_this()->number, on_event, NULL);

    if (bound < 0) {
        printf("no port for event_self: error %d\n", bound);
        exit(1);
    }
    port = (evtchn_t)bound;
    measure("event_self", event_self);
    event_unbind(port);
}

void measure_threads(void)
{
    measure("spinlock_pair", spinlock_pair);
    measure("mutex_pair", mutex_pair);
    measure("schedule_alone", thread_yield);
    measure_yield_pair();
    measure("thread_create_join", thread_create_join);
    measure_event_self();
}
#endif
