/* Exercise 5.1: spinlock_try. */
#include "lock.h"

#include <tests/fakexen/explore.h>

#include "suites.h"

const char *lock_words(const struct spinlock *lock)
{
    return text("owner %u, next %u", lock->owner, lock->next);
}

void lock_check_state(const struct spinlock *lock, uint16_t owner, uint16_t next, const char *did,
                      const char *usually, const void *where)
{
    CHECK(lock->owner == owner && lock->next == next,
          .rule = "`next` is the ticket that the next one gets, `owner` the ticket of the one who "
                  "may go on, 16 bits each " HEADER,
          .did = text("%s left %s", did, lock_words(lock)),
          .expected = text("owner %u, next %u", owner, next), .usually = usually, .where = where);
    CHECK(lock->order == LOCK_WAIT, .rule = "the lock's order never changes " HEADER,
          .did = text("%s changed it to %u", did, lock->order), .expected = "what it was",
          .usually = "more than the lock's four bytes were written", .where = where);
}

static void check_try(uint16_t owner, uint16_t next, bool expected)
{
    struct spinlock lock = lock_at(owner, next);
    const char *did = text("spinlock_try(owner %u, next %u)", owner, next);
    bool taken = spinlock_try(&lock);

    CHECK(taken == expected,
          .rule = "a lock is free when `owner` equals `next`, and only then " HEADER,
          .did = text("%s returned %s", did, taken ? "true" : "false"),
          .expected = expected ? "true" : "false",
          .usually = "the halves are compared after `next` was counted up",
          .where = (const void *)spinlock_try);
    lock_check_state(&lock, owner, (uint16_t)(next + expected), did,
                     expected ? "one was added to all 32 bits: it is carried into `owner`"
                              : "a ticket was taken for which nobody waits",
                     (const void *)spinlock_try);
}

static void test_free(void)
{
    around_start(1);
    check_try(0, 0, true);
    check_try(7, 7, true);
}

static void test_taken(void)
{
    unsigned long calls;

    around_start(1);
    calls = fakexen.calls;
    check_try(0, 1, false);
    check_try(7, 12, false);
    check_try(65535, 0, false);
    check_try(65530, 3, false);
    CHECK(fakexen.calls == calls, .rule = "spinlock_try does not wait (stardust/spinlock.h)",
          .did = "it called Xen", .expected = "no hypercall", .where = (const void *)spinlock_try);
}

static void test_every_ticket(void)
{
    around_start(1);
    for (unsigned ticket = 0; ticket < 65536; ticket++) {
        struct spinlock lock = lock_at((uint16_t)ticket, (uint16_t)ticket);

        if (!spinlock_try(&lock) || lock.owner != ticket || lock.next != (uint16_t)(ticket + 1)) {
            check_try((uint16_t)ticket, (uint16_t)ticket, true);
        }
    }
}

static void test_order_kept(void)
{
    around_start(1);
    check_try(65535, 65535, true);
}

/* Several try at once: one of them gets it. */
static struct spinlock lock;
static unsigned taken;

static void try(void *argument)
{
    (void)argument;
    taken += as_built_spinlock_try(&lock);
}

static void prepare(void)
{
    around_again(VCPUS);
    lock = lock_at(65535, 65535);
    taken = 0;
}

static void finish(void)
{
    CHECK(taken == 1, .rule = "of several vCPUs that try at once, one gets the lock",
          .did = text("%u of %u got it", taken, VCPUS), .expected = "one",
          .usually = "looking and taking are two steps: between them somebody else takes it, so "
                     "that the second must be a compare-and-exchange of what the first has seen",
          .where = (const void *)spinlock_try);
    lock_check_state(&lock, 65535, 0, "trying at once",
                     "who does not get the lock must not take a ticket",
                     (const void *)spinlock_try);
}

static void test_together(void)
{
    explore_seeds(&(struct explore_options){.functions = {try, try, try, try}}, 200, prepare,
                  finish);
}

CU_TestInfo try_tests[] = {
    {"free", test_free},
    {"taken", test_taken},
    {"every_ticket", test_every_ticket},
    {"order_kept", test_order_kept},
    {"together", test_together},
    CU_TEST_INFO_NULL,
};
