/*
 * Preemption: when the thread that runs has to give way to another one, and how it does. See stardust/preempt.h for the
 * sections in which it does not, and stardust/slice.h for how time is shared out.
 *
 * "Wanted" is only a flag of this vCPU, set by whoever changes something: a thread has come into the run queue, a time slice
 * may be over. It is looked at where a switch is possible: at the end of an upcall, or of the outermost section.
 */
#include <stardust/preempt.h>

#include <stardust/event.h>
#include <stardust/fpu.h>
#include <stardust/lab.h>
#include <stardust/schedule.h>
#include <stardust/slice.h>
#include <stardust/spinlock.h>
#include <stardust/upcall.h>

#ifdef SOLUTION_EVENTS
/* Whether `self`, which runs on `cpu`, has to give way. `*first`: it has time left. Context: the run queue's lock held. */
static bool has_to_give_way(struct cpu *cpu, struct thread *self, bool *first)
{
    int highest = runqueue_highest(&cpu->runqueue);

    *first = true;
    if (self == cpu->idle || !(self->affinity >> cpu->number & 1)) {
        return self != cpu->idle || highest >= 0;
    }
    *first = slice_left(cpu) > 0;
    return highest > self->priority || (highest == self->priority && !*first);
}
#else
static bool has_to_give_way(struct cpu *cpu, struct thread *self, bool *first)
{
    LAB_TODO(events, "4.4",
             "to a higher priority; to an equal one when the slice is over; who may not run here, "
             "always");
}
#endif

#ifdef SOLUTION_EVENTS
/* The look that was wanted. Returns whether to switch. Context: upcalls masked. */
static bool look(bool *first)
{
    struct cpu *cpu = cpu_this();
    bool gives_way;

    spin_lock(&cpu->runqueue.lock);
    preempt_calm();
    gives_way = has_to_give_way(cpu, cpu->current, first);
    if (!gives_way) {
        slice_watch(cpu, cpu->current);
    }
    spin_unlock_quietly(&cpu->runqueue.lock);
    return gives_way;
}
#else
static bool look(bool *first)
{
    LAB_TODO(events, "4.4",
             "with the run queue locked: nothing is wanted any more; who stays has an eye kept on "
             "its slice");
}
#endif

#ifdef SOLUTION_EVENTS
/* With upcalls masked we cannot switch, and whoever masked them may not look again: an event to ourselves will. */
void preempt_now(void)
{
    bool first;

    if (critical_masked()) {
        preempt_calm();
        event_notify(cpu_this()->reschedule_port);
        return;
    }
    critical_enter();
    if (look(&first)) {
        schedule_preempt(first);
    }
    critical_end();
}
#else
void preempt_now(void)
{
    LAB_TODO(events, "4.4",
             "look whether another thread has to run, and let it; while upcalls are masked, send "
             "ourselves an event");
}
#endif

#ifdef SOLUTION_EVENTS
/* The thread is in the middle of anything: its registers are kept, all of them. */
__attribute__((noinline)) static void preempt_interrupted(void)
{
    struct thread *self = thread_current();
    bool first;

    if (look(&first)) {
        fpu_save(self->fpu);
        schedule_preempt(first);
        fpu_restore(self->fpu);
    }
}
#else
__attribute__((noinline)) static void preempt_interrupted(void)
{
    LAB_TODO(events, "4.5",
             "look whether another thread has to run, and let it, with all registers of the "
             "interrupted one kept");
}
#endif

/* Handlers only say that a switch is wanted: it happens once all of them have returned. */
void upcall_handle(void)
{
    preempt_disable();
    event_dispatch();
    if (preempt_enable_wanted()) {
        preempt_interrupted();
    }
}
