/* Spinlocks between vCPUs: see stardust/spinlock.h. The lock is one number, changed by compare-and-exchange alone. */
#include <stardust/spinlock.h>

#include <stardust/clock.h>
#include <stardust/event_poll.h>
#include <stardust/panic.h>

enum { LOOKS_BEFORE_SLEEP = 1000, SLEEPS_MAX = 20 };

static uint32_t look(const struct spinlock *lock)
{
    return __atomic_load_n(&lock->both, __ATOMIC_SEQ_CST);
}

static uint16_t next_of(uint32_t both)
{
    return (uint16_t)both;
}

static uint16_t owner_of(uint32_t both)
{
    return (uint16_t)(both >> 16);
}

static uint32_t number(uint16_t owner, uint16_t next)
{
    return (uint32_t)owner << 16 | next;
}

static bool change(struct spinlock *lock, uint32_t *from, uint32_t to)
{
    return __atomic_compare_exchange_n(&lock->both, from, to, true, __ATOMIC_SEQ_CST,
                                       __ATOMIC_SEQ_CST);
}

bool spinlock_try(struct spinlock *lock)
{
    uint32_t both = look(lock);

    while (next_of(both) == owner_of(both)) {
        if (change(lock, &both, number(owner_of(both), (uint16_t)(next_of(both) + 1)))) {
            return true;
        }
    }
    return false;
}

static bool is_ours(const struct spinlock *lock, uint16_t ticket)
{
    for (unsigned i = 0; i < LOOKS_BEFORE_SLEEP; i++) {
        if (owner_of(look(lock)) == ticket) {
            return true;
        }
        cpu_relax();
    }
    return false;
}

static void sleep_once(const struct spinlock *lock, uint16_t ticket)
{
    critical_t before = critical_enter();
    struct cpu *here = cpu_this();

    here->spin_ticket = ticket;
    __atomic_store_n(&here->spin_target, lock, __ATOMIC_SEQ_CST);
    if (owner_of(look(lock)) != ticket) {
        event_wait(here->kick_port, clock_monotonic() + NSEC_PER_SEC);
    }
    __atomic_store_n(&here->spin_target, NULL, __ATOMIC_SEQ_CST);
    critical_leave(before);
}

void spinlock_take(struct spinlock *lock)
{
    uint32_t both = look(lock);
    uint16_t ticket;

    do {
        ticket = next_of(both);
    } while (!change(lock, &both, number(owner_of(both), (uint16_t)(ticket + 1))));
    for (unsigned slept = 0; !is_ours(lock, ticket); slept++) {
        if (slept == SLEEPS_MAX) {
            panic("the spinlock at %p is held for ever", (const void *)lock);
        }
        sleep_once(lock, ticket);
    }
}

static bool sleeps_for(const struct cpu *cpu, const struct spinlock *lock, uint16_t ticket)
{
    return cpu != NULL && __atomic_load_n(&cpu->spin_target, __ATOMIC_SEQ_CST) == lock &&
           cpu->spin_ticket == ticket;
}

void spinlock_give(struct spinlock *lock)
{
    uint32_t both = look(lock);
    uint16_t owner, next;

    do {
        owner = (uint16_t)(owner_of(both) + 1);
        next = next_of(both);
    } while (!change(lock, &both, number(owner, next)));
    for (unsigned i = 0; owner != next && i < CPUS_MAX; i++) {
        if (sleeps_for(cpus[i], lock, owner)) {
            event_notify(cpus[i]->kick_port);
            return;
        }
    }
}
