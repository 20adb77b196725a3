/*
 * Who used how much of the processor. Every switch charges the thread that stops running, so that this is in ticks of the
 * time-stamp counter, and inline; what is rare, slices that are over among it, is left to the hook `switching`.
 */
#pragma once

#include <stardust/cpu.h>
#include <stardust/thread.h>

/**
 * Charge the thread that runs here for its time since the last charge. Xen may have moved us to a processor whose counter is
 * behind: then nothing is charged. Returns the ticks. Context: upcalls masked.
 */
static inline uint64_t charge(struct cpu *cpu)
{
    struct thread *self = cpu->current;
    uint64_t now = cpu_ticks();
    int64_t used = (int64_t)(now - cpu->runstate.charged);

    if (__builtin_expect(used < 0, 0)) {
        used = 0;
    }
    cpu->runstate.charged = now;
    self->ran += (uint64_t)used;
    self->slice_left -= used;
    return (uint64_t)used;
}

/** Whether the switch to `to` has more to do than to charge. Context: upcalls masked. */
static inline bool charge_is_not_all(const struct cpu *cpu, const struct thread *to)
{
    return to->slice_left <= 0 || cpu->slice.cpu == NULL || runstate_changed(&cpu->runstate);
}
