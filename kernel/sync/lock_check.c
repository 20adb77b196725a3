/* The order of spinlocks, asserted in a debug build: see stardust/spinlock_type.h. */
#include <stardust/spinlock.h>

#include <stardust/panic.h>

static const char *const names[LOCK_ORDERS] = {
    [LOCK_PORTS] = "ports",   [LOCK_REGIONS] = "regions", [LOCK_HEAP] = "heap",
    [LOCK_GRANTS] = "grants", [LOCK_MEMORY] = "memory",   [LOCK_CALLS] = "calls",
    [LOCK_WAIT] = "wait",     [LOCK_THREADS] = "threads", [LOCK_RUNQUEUE] = "runqueue",
    [LOCK_TIMERS] = "timers", [LOCK_CONSOLE] = "console",
};

/* Preemption is disabled, so that this is one vCPU's; an upcall in between gives back all that it takes. */
void lock_check_taken(const struct spinlock *lock)
{
    critical_t state = critical_enter();
    struct held_locks *held = &cpu_this()->held;
    const struct spinlock *last = held->count > 0 ? held->locks[held->count - 1] : NULL;

    if (last != NULL && last->order >= lock->order) {
        held->count = 0; /* the report needs locks too */
        panic("lock order: %p (%s) is wanted while %p (%s) is held", (const void *)lock,
              names[lock->order], (const void *)last, names[last->order]);
    }
    assert_that(held->count < LOCKS_HELD_MAX, "lock order: %u spinlocks are held", held->count);
    held->locks[held->count++] = lock;
    critical_leave(state);
}

/* Not always the one that was taken last. */
void lock_check_given(const struct spinlock *lock)
{
    critical_t state = critical_enter();
    struct held_locks *held = &cpu_this()->held;
    unsigned i = held->count;

    while (i > 0 && held->locks[i - 1] != lock) {
        i--;
    }
    assert_that(i > 0, "spinlock %p (%s) is given back by vCPU %u, which does not hold it",
                (const void *)lock, names[lock->order], cpu_this()->number);
    for (held->count--; i - 1 < held->count; i++) {
        held->locks[i - 1] = held->locks[i];
    }
    critical_leave(state);
}
