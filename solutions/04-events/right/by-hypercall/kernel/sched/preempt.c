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
#include <stardust/schedule.h>
#include <stardust/slice.h>
#include <stardust/spinlock.h>
#include <stardust/upcall.h>

enum next { GO_ON, GIVE_WAY_FIRST, GIVE_WAY_LAST };

/* Context: the run queue's lock held. */
static enum next decide(struct cpu *cpu)
{
    const struct thread *self = cpu->current;
    int best = runqueue_highest(&cpu->runqueue);

    if (self == cpu->idle) {
        return best < 0 ? GO_ON : GIVE_WAY_FIRST;
    }
    if ((self->affinity & (cpu_mask_t)1 << cpu->number) == 0) {
        return GIVE_WAY_FIRST;
    }
    if (slice_left(cpu) <= 0) {
        return best >= (int)self->priority ? GIVE_WAY_LAST : GO_ON;
    }
    return best > self->priority ? GIVE_WAY_FIRST : GO_ON;
}

static enum next look(void)
{
    struct cpu *cpu = cpu_this();
    enum next next;

    preempt_calm();
    spin_lock(&cpu->runqueue.lock);
    next = decide(cpu);
    if (next == GO_ON) {
        slice_watch(cpu, cpu->current);
    }
    spin_unlock_quietly(&cpu->runqueue.lock);
    return next;
}

void preempt_now(void)
{
    if (critical_masked()) {
        event_notify(cpu_this()->reschedule_port);
        preempt_calm();
    } else {
        enum next next;

        critical_enter();
        next = look();
        if (next != GO_ON) {
            schedule_preempt(next == GIVE_WAY_FIRST);
        }
        critical_end();
    }
}

static void preempt_interrupted(void)
{
    void *area = thread_current()->fpu;
    enum next next = look();

    if (next == GO_ON) {
        return;
    }
    fpu_save(area);
    schedule_preempt(next == GIVE_WAY_FIRST);
    fpu_restore(area);
}

static bool wanted_here(void)
{
    uint32_t word = *(const volatile uint32_t *)&cpu_this()->preemption;

    return word == 0;
}

/* Handlers only say that a switch is wanted: it happens once all of them have returned. */
void upcall_handle(void)
{
    preempt_disable();
    event_dispatch();
    preempt_enable_quietly();
    if (wanted_here()) {
        preempt_interrupted();
    }
}
