/*
 * Exercises 5.1 to 5.3 together: several vCPUs that want one lock, in orders of instructions that seeds decide.
 *
 * No lock is held for longer than who wants it can wait: time goes on only when all vCPUs sleep, so any time that passes is a
 * wake-up that was lost.
 */
#include "lock.h"

#include <string.h>

#include <tests/fakexen/explore.h>

#include "suites.h"

#define SEEDS  200
#define ROUNDS 6

static struct spinlock *lock;
static unsigned inside, rounds_done, sleepers;
static uint64_t counter;

/* Who got which ticket: seen from outside, by what the instruction did to `next` that a vCPU has just done. */
static unsigned holder_of[65536];
static uint16_t next_seen;

static const void *const here = (const void *)spinlock_take;

static void prepare(void)
{
    around_again(VCPUS);
    lock = fakexen_page(FAKEXEN_PAGE_FREE);
    *lock = lock_at(65530, 65530);
    next_seen = 65530;
    inside = rounds_done = 0;
    counter = 0;
}

static void enter_section(void)
{
    CHECK(inside == 0, .rule = "one vCPU at a time has the lock",
          .did = text("two have it at once: %s", lock_words(lock)), .expected = "one",
          .usually = "taking the ticket is more than one instruction for other vCPUs",
          .where = here);
    inside++;
    explore_here();
    inside--;
}

static void use(void *argument)
{
    (void)argument;
    for (unsigned i = 0; i < ROUNDS; i++) {
        uint64_t before;

        as_built_spinlock_take(lock);
        before = counter;
        enter_section();
        counter = before + 1;
        as_built_spinlock_give(lock);
        rounds_done++;
    }
}

static void check_no_time(void)
{
    CHECK(
        fakexen.now == 0, .rule = "who sleeps for a lock is woken when its turn comes",
        .did = text("all vCPUs slept until %lu ms were over", (unsigned long)fakexen.now / 1000000),
        .expected = "an event to the kick_port of the next one",
        .usually = "the vCPU says that it waits after it has looked, or the giver looks who waits "
                   "before it has given",
        .where = here);
}

static void finish(void)
{
    uint16_t end = (uint16_t)(65530 + VCPUS * ROUNDS);

    check_no_time();
    lock_check_state(lock, end, end, "all vCPUs together", "a ticket was lost, or given twice",
                     here);
    CHECK(counter == VCPUS * ROUNDS, .rule = "one vCPU at a time has the lock",
          .did = text("of %u additions %lu were kept", VCPUS * ROUNDS, (unsigned long)counter),
          .expected = "all of them", .where = here);
}

static void test_exclusion(void)
{
    explore_seeds(&(struct explore_options){.functions = {use, use, use, use}}, SEEDS, prepare,
                  finish);
}

/* Half of them only try. */
static void use_by_trying(void *argument)
{
    (void)argument;
    for (unsigned i = 0; i < ROUNDS; i++) {
        uint64_t before;

        while (!as_built_spinlock_try(lock)) {
            explore_here();
        }
        before = counter;
        enter_section();
        counter = before + 1;
        as_built_spinlock_give(lock);
    }
}

static void test_mixed(void)
{
    explore_seeds(&(struct explore_options){.functions = {use, use_by_trying, use, use_by_trying}},
                  SEEDS, prepare, finish);
}

static void note_ticket(unsigned long steps, uintptr_t place)
{
    (void)steps;
    (void)place;
    if (lock->next != next_seen) {
        holder_of[next_seen] = fakexen.vcpu;
        next_seen = lock->next;
    }
}

static void use_in_turn(void *argument)
{
    (void)argument;
    for (unsigned i = 0; i < ROUNDS; i++) {
        as_built_spinlock_take(lock);
        CHECK(holder_of[lock->owner] == fakexen.vcpu,
              .rule = "vCPUs have the lock in the order in which they took their tickets",
              .did = text("vCPU %u has the lock, and ticket %u is of vCPU %u", fakexen.vcpu,
                          lock->owner, holder_of[lock->owner]),
              .expected = "the vCPU whose ticket it is", .where = here);
        counter++;
        as_built_spinlock_give(lock);
    }
}

static void test_turns(void)
{
    explore_seeds(
        &(struct explore_options){.functions = {use_in_turn, use_in_turn, use_in_turn, use_in_turn},
                                  .step = note_ticket},
        SEEDS / 2, prepare, finish);
}

static unsigned asleep(void)
{
    unsigned count = 0;

    for (unsigned i = 0; i < VCPUS; i++) {
        count += fakexen.vcpus[i].wait == WAIT_POLL;
    }
    return count;
}

/* Who has the lock keeps it until all others that want it sleep, or nearly: they are on their way. */
static void use_slowly(void *argument)
{
    (void)argument;
    for (unsigned i = 0; i < 3; i++) {
        as_built_spinlock_take(lock);
        for (unsigned wait = 0; wait < 3000 && asleep() + 1 < VCPUS; wait++) {
            explore_here();
        }
        sleepers += asleep();
        counter++;
        as_built_spinlock_give(lock);
    }
}

/* Not in every order: all others may come to look only when the lock has been given. */
static void test_asleep(void)
{
    sleepers = 0;
    explore_seeds(
        &(struct explore_options){.functions = {use_slowly, use_slowly, use_slowly, use_slowly}},
        SEEDS / 10, prepare, check_no_time);
    CHECK(sleepers > 0, .rule = "who has looked for a while sleeps in Xen",
          .did = "nobody ever slept while the lock was held for long", .expected = "SCHEDOP_poll",
          .where = here);
}

/* The lock is given just when the other vCPU goes to sleep: it has masked upcalls, or said that it waits. */
static bool goes_to_sleep(unsigned vcpu)
{
    const struct cpu *cpu = fakexen_cpu(vcpu);

    return cpu->info.evtchn_upcall_mask != 0 || cpu->spin_target != NULL ||
           fakexen.vcpus[vcpu].wait == WAIT_POLL;
}

static void give_late(void *argument)
{
    (void)argument;
    for (unsigned wait = 0; wait < 20000 && !goes_to_sleep(1); wait++) {
        explore_here();
    }
    as_built_spinlock_give(lock);
}

static void take_late(void *argument)
{
    (void)argument;
    as_built_spinlock_take(lock);
    as_built_spinlock_give(lock);
}

static void prepare_late(void)
{
    prepare();
    *lock = lock_at(65535, 0);
}

static void test_late(void)
{
    explore_seeds(&(struct explore_options){.functions = {give_late, take_late}}, SEEDS,
                  prepare_late, check_no_time);
}

/* Whoever has it last frees what it lies in: something else is there at once. */
static void use_and_free(void *argument)
{
    (void)argument;
    as_built_spinlock_take(lock);
    rounds_done++;
    if (rounds_done == VCPUS) {
        memset(lock, 0x5a, sizeof *lock);
        return;
    }
    as_built_spinlock_give(lock);
}

static void finish_gone(void)
{
    const unsigned char *bytes = (const unsigned char *)lock;

    for (size_t i = 0; i < sizeof *lock; i++) {
        CHECK(bytes[i] == 0x5a,
              .rule = "once the lock is given it is not touched any more: the next one may have "
                      "freed what it lies in (stardust/spinlock.h)",
              .did = text("byte %zu was changed after that", i), .expected = "no write",
              .usually = "giving takes more than one write", .where = (const void *)spinlock_give);
    }
    check_no_time();
}

static void test_gone(void)
{
    explore_seeds(&(struct explore_options){.functions = {use_and_free, use_and_free, use_and_free,
                                                          use_and_free}},
                  2 * SEEDS, prepare, finish_gone);
}

CU_TestInfo together_tests[] = {
    {"late", test_late},   {"exclusion", test_exclusion}, {"mixed", test_mixed},
    {"turns", test_turns}, {"asleep", test_asleep},       {"gone", test_gone},
    CU_TEST_INFO_NULL,
};
