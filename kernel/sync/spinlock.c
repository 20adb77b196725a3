/* Spinlocks between vCPUs: see stardust/spinlock.h. */
#include <stardust/spinlock.h>

#include <stardust/clock.h>
#include <stardust/event_poll.h>
#include <stardust/lab.h>
#include <stardust/panic.h>

/* How often we look before we sleep: about as long as the longest section that a lock protects. */
enum { LOOKS = 512 };

/* A lock that is not given back for this long never will be. */
enum { PATIENCE_SECONDS = 20 };

#ifdef SOLUTION_SMP
static bool has_turn(const struct spinlock *lock, uint16_t ticket)
{
    return __atomic_load_n(&lock->owner, __ATOMIC_ACQUIRE) == ticket;
}

bool spinlock_try(struct spinlock *lock)
{
    struct spinlock seen = {.both = __atomic_load_n(&lock->both, __ATOMIC_RELAXED)};
    struct spinlock taken = seen;

    taken.next++;
    return seen.next == seen.owner &&
           __atomic_compare_exchange_n(&lock->both, &seen.both, taken.both, false, __ATOMIC_ACQUIRE,
                                       __ATOMIC_RELAXED);
}
#else
bool spinlock_try(struct spinlock *lock)
{
    LAB_TODO(smp, "5.1",
             "when nobody has the lock, take the next ticket, unless somebody takes it first");
}
#endif

#ifdef SOLUTION_SMP
/*
 * Sleep in the hypervisor until we are told that it is our turn, or for a second. We say what we wait for before we look once
 * more: whoever gives the lock back changes it first and looks at what we said after that, so that one of us sees the other.
 * No upcall may come in between: its handler might wait for another lock, and say so in the same place.
 */
static void sleep_for_turn(const struct spinlock *lock, uint16_t ticket)
{
    critical_t state = critical_enter();
    struct cpu *cpu = cpu_this();

    __atomic_store_n(&cpu->spin_ticket, ticket, __ATOMIC_RELAXED);
    __atomic_store_n(&cpu->spin_target, lock, __ATOMIC_SEQ_CST);
    if (!has_turn(lock, ticket)) {
        event_wait(cpu->kick_port, clock_monotonic() + NSEC_PER_SEC);
    }
    __atomic_store_n(&cpu->spin_target, NULL, __ATOMIC_RELEASE);
    critical_leave(state);
}

/* Out of line, so that taking a lock that is free need not save registers for it. Events end a sleep too: that is no second. */
__attribute__((noinline)) static void wait_for_turn(const struct spinlock *lock, uint16_t ticket)
{
    unsigned seconds = 0;

    while (seconds < PATIENCE_SECONDS) {
        nsec_t before;

        for (unsigned i = 0; i < LOOKS; i++) {
            if (has_turn(lock, ticket)) {
                return;
            }
            cpu_relax();
        }
        before = clock_monotonic();
        sleep_for_turn(lock, ticket);
        seconds += clock_monotonic() - before >= NSEC_PER_SEC;
    }
    panic("spinlock %p was not given back for %u seconds", (const void *)lock, PATIENCE_SECONDS);
}

void spinlock_take(struct spinlock *lock)
{
    uint16_t ticket = __atomic_fetch_add(&lock->next, 1, __ATOMIC_ACQUIRE);

    if (__builtin_expect(!has_turn(lock, ticket), 0)) {
        wait_for_turn(lock, ticket);
    }
}
#else
void spinlock_take(struct spinlock *lock)
{
    LAB_TODO(smp, "5.2",
             "take a ticket; look for a while whether it is our turn, then sleep until somebody "
             "says so");
}
#endif

#ifdef SOLUTION_SMP
/* Wake the vCPU that sleeps for this ticket, if one does. */
__attribute__((noinline)) static void kick(const struct spinlock *lock, uint16_t ticket)
{
    for (unsigned i = 0; i < CPUS_MAX && cpus[i] != NULL; i++) {
        if (__atomic_load_n(&cpus[i]->spin_target, __ATOMIC_SEQ_CST) == lock &&
            __atomic_load_n(&cpus[i]->spin_ticket, __ATOMIC_RELAXED) == ticket) {
            event_notify(cpus[i]->kick_port);
        }
    }
}

/* Both halves in one access: once the next one has its turn, the lock may be gone together with what it is in. */
void spinlock_give(struct spinlock *lock)
{
    struct spinlock before = {.both = __atomic_fetch_add(&lock->both, 1u << 16, __ATOMIC_SEQ_CST)};
    uint16_t owner = before.owner + 1;

    if (__builtin_expect(before.next != owner, 0)) {
        kick(lock, owner);
    }
}
#else
void spinlock_give(struct spinlock *lock)
{
    LAB_TODO(smp, "5.3", "let the next ticket have its turn, and wake its vCPU if that sleeps");
}
#endif
