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

/* What `occupied` and `count` are follows from the lists: they are found anew after each change. */
static void summarise(struct runqueue *q, int change)
{
    uint32_t occupied = 0;

    for (unsigned priority = 0; priority < THREAD_PRIORITIES; priority++) {
        if (!list_empty(&q->ready[priority])) {
            occupied |= (uint32_t)1 << priority;
        }
    }
    q->occupied = occupied;
    q->count = (unsigned)((int)q->count + change);
}

static void put(struct runqueue *q, struct thread *t, struct list *behind)
{
    list_insert(&t->ready, behind, behind->next);
    t->queued = true;
    summarise(q, 1);
}

void runqueue_add(struct runqueue *q, struct thread *t)
{
    put(q, t, q->ready[t->priority].previous);
}

void runqueue_add_first(struct runqueue *q, struct thread *t)
{
    put(q, t, &q->ready[t->priority]);
}

int runqueue_highest(const struct runqueue *q)
{
    int priority = THREAD_PRIORITIES - 1;

    while (priority >= 0 && list_empty(&q->ready[priority])) {
        priority--;
    }
    return priority;
}

void runqueue_remove(struct runqueue *q, struct thread *t)
{
    t->queued = false;
    list_remove(&t->ready);
    summarise(q, -1);
}

struct thread *runqueue_take(struct runqueue *q)
{
    int priority = runqueue_highest(q);
    struct list *first = priority >= 0 ? list_pop_front(&q->ready[priority]) : NULL;
    struct thread *t;

    if (first == NULL) {
        return NULL;
    }
    t = LIST_ENTRY(first, struct thread, ready);
    t->queued = false;
    summarise(q, -1);
    return t;
}

/* All of them from the front, keeping the best so far: the last one of the lowest priority that may go. */
struct thread *runqueue_steal(struct runqueue *q, unsigned cpu)
{
    struct thread *best = NULL;

    for (int priority = THREAD_PRIORITIES - 1; priority >= 0; priority--) {
        for (struct list *link = q->ready[priority].next; link != &q->ready[priority];
             link = link->next) {
            struct thread *t = LIST_ENTRY(link, struct thread, ready);

            best = (t->affinity & (cpu_mask_t)1 << cpu) != 0 ? t : best;
        }
    }
    if (best != NULL) {
        runqueue_remove(q, best);
    }
    return best;
}
