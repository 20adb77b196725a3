/* Memory of threads that is used again: a new thread inherits nothing, nothing is lost, and not too much is kept. */
#include "stress.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <kernel/sched/life.h>
#include <kernel/sched/stack.h>

#include <stardust/clock.h>
#include <stardust/schedule.h>

enum {
    AT_ONCE = 40,
    CHILDREN = 6,
    KEPT_BY_EACH = 4,
    KEPT_BY_ALL = 16,
    PAGES_EACH = 10, /* its stack, what is above it, the region's own */
    SLACK = 40,
    WORDS = 64,
    PATIENCE_SECONDS = 10,
};

static __thread unsigned variable = 41;
static unsigned long again; /* threads that began where another one had ended; atomic */

/* Leaves as much behind as a thread can. */
static void *leave_traces(void *argument)
{
    struct thread *self = thread_current();

    errno = 77;
    variable = 5;
    thread_set_priority(self, THREAD_PRIORITY_DEFAULT + 3);
    thread_wake(self); /* it is told so before its next wait, which never comes */
    return argument;
}

static void check(bool right, const char *what)
{
    if (!right) {
        wrong("a new thread has its predecessor's %s", what);
    }
}

static void *look_for_traces(void *argument)
{
    const struct thread *self = thread_current();

    check(strcmp(self->name, "thread") == 0, "name");
    check(self->priority == THREAD_PRIORITY_DEFAULT, "priority");
    check(self->asked == CPU_MASK_ALL && self->affinity == CPU_MASK_ALL, "affinity");
    check(!self->wake_pending, "wake-up");
    check(!self->ended && !self->gone && !self->detached, "end");
    check(self->library == NULL && errno == 0, "errno");
    check(variable == 41, "thread-local variables");
    check(self->waits_for == NULL && !self->kept, "place in the report");
    return argument;
}

static struct thread *make(const struct thread_options *options, void *(*entry)(void *),
                           void *argument)
{
    struct thread *t = NULL;

    while (thread_create(&t, options, entry, argument) != 0) {
        wrong("no thread");
    }
    return t;
}

static void join(struct thread *t, void *expected)
{
    void *result = NULL;
    int error = thread_join(t, &result, NSEC_FOREVER);

    if (error != 0 || result != expected) {
        wrong("joined with error %d and result %p, not %p", error, result, expected);
    }
    moved();
}

/* An heir begins right after its predecessor has ended. One that was bound to a vCPU is not kept by that. */
static void inherit(unsigned vcpu, bool bound)
{
    const struct thread_options options = {
        .name = "predecessor",
        .affinity = bound ? only(vcpu) & cpus_online : 0,
        .priority = -2,
    };
    struct thread *predecessor = make(&options, leave_traces, &again), *heir;
    unsigned number = predecessor->number;

    join(predecessor, &again);
    heir = make(NULL, look_for_traces, NULL);
    check(heir->number > number, "number");
    __atomic_fetch_add(&again, heir == predecessor, __ATOMIC_RELAXED);
    join(heir, NULL);
}

/* While it runs nobody else writes to its stack. */
static void *keep_words(void *argument)
{
    volatile uintptr_t words[WORDS];

    for (unsigned i = 0; i < WORDS; i++) {
        words[i] = (uintptr_t)argument + i;
    }
    compute((uintptr_t)argument % 16);
    thread_yield();
    for (unsigned i = 0; i < WORDS; i++) {
        if (words[i] != (uintptr_t)argument + i) {
            wrong("another thread wrote to this one's stack");
        }
    }
    return argument;
}

static void come_and_go(struct random *random)
{
    struct thread *threads[CHILDREN];
    uintptr_t first = random_next(random);

    for (unsigned i = 0; i < CHILDREN; i++) {
        threads[i] = make(NULL, keep_words, (void *)(first + i));
    }
    for (unsigned i = 0; i < CHILDREN; i++) {
        if (random_below(random, 4) > 0) {
            join(threads[i], (void *)(first + i));
        } else {
            thread_detach(threads[i]);
        }
    }
}

static void *be_parent(void *argument)
{
    unsigned vcpu = (unsigned)(uintptr_t)argument;
    struct random random = randomness(vcpu);

    do {
        inherit(vcpu, random_below(&random, 2) == 0);
        come_and_go(&random);
    } while (time_left());
    return NULL;
}

static unsigned alive, kept;

static void count_alive(struct thread *t)
{
    alive += !t->kept;
    kept += t->kept;
}

/* Those that are detached may be about to end. */
static void count_until(unsigned expected)
{
    nsec_t limit = clock_monotonic() + PATIENCE_SECONDS * NSEC_PER_SEC;

    do {
        thread_yield();
        alive = kept = 0;
        thread_list_each(count_alive);
    } while (alive > expected && clock_monotonic() < limit);
    if (alive != expected) {
        wrong("%u threads are listed, and %u are there", alive, expected);
    }
}

static void be_many(void)
{
    struct thread *threads[AT_ONCE];

    for (unsigned i = 0; i < AT_ONCE; i++) {
        threads[i] = make(NULL, keep_words, NULL);
    }
    end_all(threads, AT_ONCE);
}

/* When there is no memory, this vCPU gives back what it has. */
static void be_short(void)
{
    unsigned left;

    be_many();
    thread_set_affinity(thread_current(), only(0));
    join(make(NULL, keep_words, NULL), NULL);
    free(malloc((size_t)1 << 46));
    left = cpu_this()->threads.count;
    thread_set_affinity(thread_current(), CPU_MASK_ALL);
    if (left != 0) {
        wrong("%u threads are kept although there was no memory", left);
    }
}

void test_kept(void)
{
    struct thread *parents[CPUS_MAX];
    unsigned kept_most = vcpu_count() * KEPT_BY_EACH;
    size_t most = (KEPT_BY_ALL + kept_most) * PAGES_EACH + SLACK;
    size_t before = pages_free(), after;
    unsigned threads;

    alive = again = 0;
    thread_list_each(count_alive);
    threads = alive;
    for (unsigned i = 0; i < vcpu_count(); i++) {
        parents[i] = begin(only(i), be_parent, (void *)(uintptr_t)i);
    }
    end_all(parents, vcpu_count());
    be_many();
    count_until(threads);
    after = pages_there();
    if (after + most < before) {
        wrong("%zu pages are kept, %zu at most should be", before - after, most);
    }
    if (kept > kept_most) {
        wrong("%u threads are kept by vCPUs, %u at most should be", kept, kept_most);
    }
    if (again == 0) {
        wrong("the memory of no thread was used again");
    }
    be_short();
    after = pages_free();
    if (!about_the_same(before, after)) {
        wrong("%zu pages were free before, %zu after", before, after);
    }
}
