/* The lock of page frames, chunks and page tables: see stardust/memory_lock.h. */
#include <stardust/memory_lock.h>

#include <stardust/cpu.h>
#include <stardust/spinlock.h>

static struct spinlock spinlock = SPINLOCK(LOCK_MEMORY);

/* Who holds it; NULL: nobody. Written by the holder, looked at by everybody; atomic. */
static const struct cpu *owner;

/* How many sections the holder is in; spinlock. */
static unsigned depth;

critical_t memory_lock(void)
{
    critical_t state = critical_enter();
    const struct cpu *cpu = cpu_this();

    /* Whatever others write there meanwhile: our own address was written by us, or is not there. */
    if (__atomic_load_n(&owner, __ATOMIC_RELAXED) != cpu) {
        spin_lock(&spinlock);
        __atomic_store_n(&owner, cpu, __ATOMIC_RELAXED);
    }
    depth++;
    return state;
}

void memory_unlock(critical_t state)
{
    if (--depth > 0) {
        critical_leave(state);
    } else {
        __atomic_store_n(&owner, NULL, __ATOMIC_RELAXED);
        spin_unlock_irqrestore(&spinlock, state);
    }
}
