/* All threads: the list of them, and what reports print of it. See kernel/sched/life.h and stardust/thread.h. */
#include <kernel/sched/life.h>

#include <stardust/clock.h>
#include <stardust/list.h>
#include <stardust/print.h>
#include <stardust/spinlock.h>

static struct {
    struct spinlock lock; /* protects `threads` */
    struct list threads;
    unsigned count; /* of all that there ever were; atomic */
} all = {.lock = SPINLOCK(LOCK_THREADS), .threads = {&all.threads, &all.threads}};

/* From here on a vCPU that goes down finds the thread: it must not have gone before. */
static void add_locked(struct thread *t, cpu_mask_t asked)
{
    critical_t state = spin_lock_irqsave(&all.lock);

    t->asked = asked;
    t->affinity = thread_affinity_now(asked);
    if (!list_linked(&t->all)) {
        list_push_back(&all.threads, &t->all);
    }
    spin_unlock_irqrestore(&all.lock, state);
}

/* One that was kept could run anywhere, and still can: nobody who looks through the list changes that. */
void thread_list_add(struct thread *t, cpu_mask_t asked)
{
    t->number = __atomic_add_fetch(&all.count, 1, __ATOMIC_RELAXED);
    if (asked != 0 || !list_linked(&t->all)) {
        add_locked(t, asked != 0 ? asked : CPU_MASK_ALL);
    }
    t->kept = false;
}

void thread_list_remove(struct thread *t)
{
    critical_t state = spin_lock_irqsave(&all.lock);

    list_remove(&t->all);
    spin_unlock_irqrestore(&all.lock, state);
}

void thread_list_each(void (*function)(struct thread *t))
{
    critical_t state = spin_lock_irqsave(&all.lock);

    for (struct list *link = all.threads.next; link != &all.threads; link = link->next) {
        function(LIST_ENTRY(link, struct thread, all));
    }
    spin_unlock_irqrestore(&all.lock, state);
}

static const char *doing(const struct thread *t)
{
    switch (t->state) {
    case THREAD_READY:
        return "ready";
    case THREAD_RUNNING:
        return "runs";
    case THREAD_WAITING:
        return "waits for";
    default:
        return "has ended";
    }
}

static void print_thread(struct thread *t)
{
    const char *what = t->waits_for != NULL ? t->waits_for : "somebody to wake it";

    if (t->kept) {
        return;
    }
    print("    %3u  %-15s  priority %2u, vCPU %2u, %lu ms, %zu of %zu bytes of stack; %s %s\n",
          t->number, t->name, t->priority, t->cpu->number,
          clock_ticks(&cpu_this()->info.time, t->ran) / NSEC_PER_MSEC, thread_stack_used(t),
          (size_t)(t->stack_end - t->stack_start), doing(t),
          t->state == THREAD_WAITING ? what : "");
}

/* In the report of a panic the lock may be held by somebody who will never give it back; the list is whole all the same. */
void threads_print(void)
{
    critical_t state = critical_enter();
    bool locked = spin_trylock(&all.lock);

    print("  threads\n");
    for (struct list *link = all.threads.next; link != &all.threads; link = link->next) {
        print_thread(LIST_ENTRY(link, struct thread, all));
    }
    if (locked) {
        spin_unlock(&all.lock);
    }
    critical_leave(state);
}
