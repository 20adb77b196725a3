/* Run queues: see stardust/runqueue.h. */
#include <stardust/runqueue.h>

#include <stardust/lab.h>
#include <stardust/list.h>
#include <stardust/thread.h>

void runqueue_init(struct runqueue *q)
{
    *q = (struct runqueue){.lock = SPINLOCK(LOCK_RUNQUEUE)};
    for (unsigned priority = 0; priority < THREAD_PRIORITIES; priority++) {
        list_init(&q->ready[priority]);
    }
}

#ifdef SOLUTION_THREADS
static void count_in(struct runqueue *q, struct thread *t)
{
    q->occupied |= 1u << t->priority;
    q->count++;
    t->queued = true;
}

void runqueue_add(struct runqueue *q, struct thread *t)
{
    list_push_back(&q->ready[t->priority], &t->ready);
    count_in(q, t);
}
#else
void runqueue_add(struct runqueue *q, struct thread *t)
{
    LAB_TODO(threads, "3.1", "put the thread behind the others of its priority, and count it");
}
#endif

#ifdef SOLUTION_THREADS
void runqueue_add_first(struct runqueue *q, struct thread *t)
{
    list_push_front(&q->ready[t->priority], &t->ready);
    count_in(q, t);
}
#else
void runqueue_add_first(struct runqueue *q, struct thread *t)
{
    LAB_TODO(threads, "3.1", "put the thread before the others of its priority, and count it");
}
#endif

#ifdef SOLUTION_THREADS
int runqueue_highest(const struct runqueue *q)
{
    return q->occupied == 0 ? -1 : 31 - __builtin_clz(q->occupied);
}
#else
int runqueue_highest(const struct runqueue *q)
{
    LAB_TODO(threads, "3.1", "which is the highest priority that has a thread?");
}
#endif

#ifdef SOLUTION_THREADS
void runqueue_remove(struct runqueue *q, struct thread *t)
{
    list_remove(&t->ready);
    if (list_empty(&q->ready[t->priority])) {
        q->occupied &= ~(1u << t->priority);
    }
    q->count--;
    t->queued = false;
}
#else
void runqueue_remove(struct runqueue *q, struct thread *t)
{
    LAB_TODO(threads, "3.2", "take this thread out, wherever it is in its list");
}
#endif

#ifdef SOLUTION_THREADS
struct thread *runqueue_take(struct runqueue *q)
{
    struct thread *t;

    if (q->occupied == 0) {
        return NULL;
    }
    t = LIST_ENTRY(q->ready[runqueue_highest(q)].next, struct thread, ready);
    runqueue_remove(q, t);
    return t;
}
#else
struct thread *runqueue_take(struct runqueue *q)
{
    LAB_TODO(threads, "3.2",
             "take the first thread of the highest priority that has one; NULL when all are empty");
}
#endif

#ifdef SOLUTION_THREADS
static struct thread *last_allowed(const struct list *ready, unsigned cpu)
{
    for (struct list *link = ready->previous; link != ready; link = link->previous) {
        struct thread *t = LIST_ENTRY(link, struct thread, ready);

        if (t->affinity >> cpu & 1) {
            return t;
        }
    }
    return NULL;
}

struct thread *runqueue_steal(struct runqueue *q, unsigned cpu)
{
    for (uint32_t left = q->occupied; left != 0; left &= left - 1) {
        struct thread *t = last_allowed(&q->ready[__builtin_ctz(left)], cpu);

        if (t != NULL) {
            runqueue_remove(q, t);
            return t;
        }
    }
    return NULL;
}
#else
struct thread *runqueue_steal(struct runqueue *q, unsigned cpu)
{
    LAB_TODO(threads, "3.2",
             "from the back: the last thread of the lowest priority that may run on that vCPU");
}
#endif
