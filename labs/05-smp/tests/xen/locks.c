/* Exercises 5.1 to 5.3 on the real hypervisor: a lock that every vCPU wants. See parts.h. */
#include "parts.h"

#include <stardust/clock.h>
#include <stardust/hypercall.h>
#include <stardust/print.h>
#include <stardust/spinlock.h>
#include <stardust/thread.h>

#include <tests/ktap/guest.h>
#include <tests/ktap/vcpus.h>

#include <xen/vcpu.h>

/* For all rounds together, from giving the lock until all have had it: who is not woken sleeps a second each time. */
#define WAKING_LIMIT (3 * NSEC_PER_SEC)

#define MOMENT (500 * NSEC_PER_USEC)

/* As long as somebody may take to fall asleep; if it does not, the test goes on. */
#define FALLING_ASLEEP NSEC_PER_SEC

static uint64_t run_seed;

/* In Xen, so that the processor is free for them: an emulator, too, may run one at a time, and another at each `pause`. */
static void let_others_run(void)
{
    struct sched_poll moment = {.timeout = clock_monotonic() + MOMENT};

    hypercall_sched_op(SCHEDOP_poll, &moment);
}

static struct {
    struct spinlock lock;
    volatile uint64_t value; /* protected by the lock, and by nothing else */
} counter = {.lock = SPINLOCK(LOCK_WAIT)};

/* Every other time without waiting in line. */
static void take_lock(unsigned i)
{
    if (i % 2 == 0) {
        spin_lock(&counter.lock);
        return;
    }
    while (!spin_trylock(&counter.lock)) {
        let_others_run();
    }
}

/* Between reading and writing somebody else runs: without the lock, what it adds is lost. */
static void *add(void *number)
{
    unsigned own = (unsigned)(uintptr_t)number;

    for (unsigned i = 0; i < vcpus_additions(run_seed, own); i++) {
        uint64_t before;

        take_lock(i);
        before = counter.value;
        if (i % 4 < 2) {
            let_others_run();
        }
        counter.value = before + vcpus_addend(run_seed, own);
        spin_unlock(&counter.lock);
    }
    return NULL;
}

void test_counter(uint64_t seed)
{
    bool good;

    run_seed = seed;
    good = on_each_vcpu(0, add);
    guest_report_value("counted", counter.value);
    guest_report_test("smp.counter", good,
                      &(struct guest_failure){
                          .rule = "whoever wants the lock gets it",
                          .did = "a vCPU had not done its additions after ten seconds",
                          .expected = "all of them",
                          .usually = "the unit tests of 5.1 to 5.3 say more",
                      });
}

/* Waiting in line: vCPU 0 has the lock, and lets the others ask for it one by one. */
static struct {
    struct spinlock lock;
    unsigned round[VCPUS_MOST]; /* [vCPU]: up to which round it may ask; atomic */
    unsigned order[VCPUS_MOST]; /* the vCPUs that had the lock in this round; the lock */
    unsigned had;               /* how many; written with the lock held; atomic */
    bool ended;                 /* nobody asks any more; atomic */
} line = {.lock = SPINLOCK(LOCK_WAIT)};

static bool may_ask(unsigned own, unsigned round)
{
    while (__atomic_load_n(&line.round[own], __ATOMIC_ACQUIRE) < round) {
        if (__atomic_load_n(&line.ended, __ATOMIC_ACQUIRE)) {
            return false;
        }
        let_others_run();
    }
    return true;
}

static void *wait_in_line(void *number)
{
    unsigned own = (unsigned)(uintptr_t)number;

    for (unsigned round = 1; round <= VCPUS_ROUNDS && may_ask(own, round); round++) {
        spin_lock(&line.lock);
        line.order[line.had % VCPUS_MOST] = own;
        __atomic_store_n(&line.had, line.had + 1, __ATOMIC_RELEASE);
        spin_unlock(&line.lock);
    }
    return NULL;
}

/* Has it asked? It has a ticket then. */
static bool wait_for_ticket(uint16_t next, nsec_t deadline)
{
    while (__atomic_load_n(&line.lock.next, __ATOMIC_ACQUIRE) != next) {
        if (clock_monotonic() >= deadline) {
            return false;
        }
        let_others_run();
    }
    return true;
}

/* Xen knows who sleeps. */
static void let_fall_asleep(unsigned vcpu)
{
    nsec_t deadline = clock_monotonic() + FALLING_ASLEEP;
    struct vcpu_runstate_info state = {0};

    do {
        let_others_run();
        hypercall_vcpu_op(VCPUOP_get_runstate_info, vcpu, &state);
    } while (state.state != RUNSTATE_blocked && clock_monotonic() < deadline);
}

static bool line_up(const unsigned order[VCPUS_MOST], unsigned round, nsec_t deadline)
{
    uint16_t next;
    bool good = true;

    spin_lock(&line.lock);
    next = line.lock.next;
    for (unsigned i = 0; good && i + 1 < vcpus_online(); i++) {
        __atomic_store_n(&line.round[order[i]], round + 1, __ATOMIC_RELEASE);
        good = wait_for_ticket(++next, deadline);
    }
    for (unsigned i = 0; good && round % 2 == 1 && i + 1 < vcpus_online(); i++) {
        let_fall_asleep(order[i]);
    }
    spin_unlock(&line.lock);
    return good;
}

static bool wait_for_all(nsec_t deadline)
{
    while (__atomic_load_n(&line.had, __ATOMIC_ACQUIRE) + 1 < vcpus_online()) {
        if (clock_monotonic() >= deadline) {
            return false;
        }
        let_others_run();
    }
    return true;
}

/* Returns how long all took to have the lock; NSEC_FOREVER: they have not. */
static nsec_t have_round(unsigned round)
{
    unsigned order[VCPUS_MOST] = {0};
    nsec_t deadline = clock_monotonic() + PATIENCE, given;

    vcpus_line(run_seed, round, vcpus_online(), order);
    line.had = 0;
    if (!line_up(order, round, deadline)) {
        return NSEC_FOREVER;
    }
    given = clock_monotonic();
    return wait_for_all(deadline) ? clock_monotonic() - given : NSEC_FOREVER;
}

/* What vCPU 0 does. Returns how many rounds were good. */
static unsigned have_rounds(uint64_t *hash)
{
    nsec_t waking = 0;

    for (unsigned round = 0; round < VCPUS_ROUNDS; round++) {
        nsec_t took = have_round(round);

        if (took > WAKING_LIMIT - waking) {
            return round;
        }
        waking += took;
        for (unsigned i = 0; i + 1 < vcpus_online(); i++) {
            *hash = vcpus_step(*hash, line.order[i]);
        }
    }
    return VCPUS_ROUNDS;
}

static unsigned rounds;
static uint64_t turns;

static void *conduct_or_wait(void *number)
{
    if (number != NULL) {
        return wait_in_line(number);
    }
    rounds = have_rounds(&turns);
    __atomic_store_n(&line.ended, true, __ATOMIC_RELEASE);
    return NULL;
}

void test_turns(uint64_t seed)
{
    static char did[80];
    bool good;

    run_seed = turns = seed;
    good = on_each_vcpu(0, conduct_or_wait);
    guest_report_value("turns", turns);
    format_text(did, sizeof did, "in time for %u of %u rounds", rounds, VCPUS_ROUNDS);
    guest_report_test("smp.turns", good && rounds == VCPUS_ROUNDS,
                      &(struct guest_failure){
                          .rule = "the lock goes to vCPUs in the order in which they asked, also "
                                  "to those that sleep",
                          .did = did,
                          .expected = "all of them, three seconds for all together at the most",
                          .usually = "spinlock_give does not wake who sleeps: see 5.3",
                      });
}
