/* Wait queues: see stardust/wait.h. */
#include <stardust/wait.h>

#include <stardust/clock.h>
#include <stardust/list.h>
#include <stardust/panic.h>
#include <stardust/schedule.h>
#include <stardust/timer.h>

#include <xen/errno.h>

/* A thread in a wait queue; it lies on that thread's stack. The lock of the queue protects `link` and `timed_out`. */
struct waiter {
    struct list link;
    struct thread *thread;
    struct spinlock *lock; /* of the queue */
    bool timed_out;
    struct timer timer;
};

static const struct wait_timers *timers;

void wait_set_timers(const struct wait_timers *functions)
{
    timers = functions;
}

void wait_queue_init(struct wait_queue *q)
{
    list_init(&q->waiters);
}

bool wait_queue_empty(const struct wait_queue *q)
{
    return q->waiters.next == NULL || list_empty(&q->waiters);
}

/* The time is over. Who was woken at the same moment has left the queue already, and was not late. */
static void expire(struct timer *timer)
{
    struct waiter *w = LIST_ENTRY(timer, struct waiter, timer);
    critical_t state = spin_lock_irqsave(w->lock);

    if (list_linked(&w->link)) {
        list_remove(&w->link);
        w->timed_out = true;
        thread_wake(w->thread);
    }
    spin_unlock_irqrestore(w->lock, state);
}

/* thread_wake comes exactly once, from who takes us out of the queue; so after thread_block we are out of it. */
static void block_until(struct waiter *w, nsec_t deadline)
{
    assert_that(timers != NULL, "thread \"%s\" sleeps with a time limit, and nothing measures time",
                w->thread->name);
    timer_init(&w->timer, expire);
    timers->start(&w->timer, deadline);
    thread_block();
    timers->cancel(&w->timer);
}

static inline void line_up(struct wait_queue *q, struct waiter *self, const char *what)
{
    if (q->waiters.next == NULL) {
        wait_queue_init(q);
    }
    self->thread = thread_current();
    self->thread->waits_for = what;
    list_push_back(&q->waiters, &self->link);
}

__attribute__((noinline)) static int sleep_until(struct wait_queue *q, struct spinlock *lock,
                                                 nsec_t deadline, const char *what)
{
    struct waiter self = {.lock = lock, .timed_out = false};

    if (deadline <= clock_monotonic()) {
        return -XEN_ETIMEDOUT;
    }
    line_up(q, &self, what);
    spin_unlock_quietly(lock);
    block_until(&self, deadline);
    self.thread->waits_for = NULL;
    spin_lock(lock);
    return self.timed_out ? -XEN_ETIMEDOUT : 0;
}

/* Without a time limit there is nobody but who wakes us. */
int wait_queue_sleep(struct wait_queue *q, struct spinlock *lock, nsec_t deadline, const char *what)
{
    struct waiter self;

    if (deadline != NSEC_FOREVER) {
        return sleep_until(q, lock, deadline, what);
    }
    line_up(q, &self, what);
    spin_unlock_quietly(lock);
    thread_block();
    thread_current()->waits_for = NULL;
    spin_lock(lock);
    return 0;
}

/* `q` is not empty. Once the thread is awake, what lies on its stack is gone. */
static inline struct thread *wake_first(struct wait_queue *q)
{
    struct list *link = q->waiters.next;
    struct thread *t = LIST_ENTRY(link, struct waiter, link)->thread;

    list_remove(link);
    thread_wake(t);
    return t;
}

struct thread *wait_queue_wake_one(struct wait_queue *q)
{
    return wait_queue_empty(q) ? NULL : wake_first(q);
}

unsigned wait_queue_wake_all(struct wait_queue *q)
{
    unsigned count = 0;

    for (; !wait_queue_empty(q); count++) {
        wake_first(q);
    }
    return count;
}
