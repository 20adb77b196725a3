/* Exercise 5.3: spinlock_give, and whom it wakes. */
#include "lock.h"

#include <string.h>

#include <tests/fakexen/watch.h>

#include "suites.h"

static struct spinlock lock;
static unsigned kicks[VCPUS], others;

static const void *const here = (const void *)spinlock_give;

static void on_send(evtchn_t port)
{
    for (unsigned i = 0; i < VCPUS; i++) {
        if (port == fakexen_cpu(i)->kick_port) {
            kicks[i]++;
            return;
        }
    }
    others++;
}

static void start(uint16_t owner, uint16_t next)
{
    around_start(VCPUS);
    lock = lock_at(owner, next);
    memset(kicks, 0, sizeof kicks);
    others = 0;
    fakexen.on_send = on_send;
}

static void sleeps(unsigned vcpu, const struct spinlock *target, uint16_t ticket)
{
    fakexen_cpu(vcpu)->spin_ticket = ticket;
    fakexen_cpu(vcpu)->spin_target = target;
}

/* Give; who was told of it must be the vCPUs in `expected`, once each. */
static void give(uint32_t expected, const char *usually)
{
    const char *did = text("spinlock_give(%s)", lock_words(&lock));
    uint16_t owner = (uint16_t)(lock.owner + 1), next = lock.next;

    spinlock_give(&lock);
    lock_check_state(&lock, owner, next, did,
                     "`owner` is the upper half: what is added to it must not touch `next`", here);
    for (unsigned i = 0; i < VCPUS; i++) {
        CHECK(kicks[i] == (expected >> i & 1),
              .rule = "giving a lock wakes the vCPU that sleeps for just this lock with just the "
                      "next ticket, and no other",
              .did = text("%s sent %u events to the kick_port of vCPU %u", did, kicks[i], i),
              .expected = text("%u", expected >> i & 1), .usually = usually, .where = here);
    }
    CHECK(others == 0, .rule = "waiters are woken by their kick_port",
          .did = text("%s sent an event to another port", did), .expected = "none there",
          .where = here);
}

static void test_free(void)
{
    start(7, 8);
    give(0, NULL);
    CHECK(fakexen.calls == VCPUS, .rule = "without waiters, giving a lock back needs no Xen",
          .did = "spinlock_give made a hypercall", .expected = "none", .where = here);
}

static void test_every_ticket(void)
{
    start(0, 1);
    for (unsigned ticket = 0; ticket < 65536; ticket++) {
        lock = lock_at((uint16_t)ticket, (uint16_t)(ticket + 1));
        spinlock_give(&lock);
        if (lock.owner != (uint16_t)(ticket + 1) || lock.next != (uint16_t)(ticket + 1)) {
            lock_check_state(&lock, (uint16_t)(ticket + 1), (uint16_t)(ticket + 1),
                             text("spinlock_give(owner %u)", ticket), "tickets have 16 bits", here);
        }
    }
}

static void test_order_kept(void)
{
    start(65535, 0);
    give(0, NULL);
}

static void test_wakes(void)
{
    start(7, 9);
    sleeps(2, &lock, 8);
    give(1 << 2, "who sleeps for the lock is not looked for, or the old ticket is");
    start(65535, 1);
    sleeps(1, &lock, 0);
    give(1 << 1, "after ticket 65535 comes ticket 0");
}

static void test_wakes_nobody(void)
{
    struct spinlock other = lock_at(7, 9);

    start(7, 9);
    sleeps(1, &other, 8);
    give(0, "the ticket alone was compared: other locks have the same ones");
    start(7, 9);
    sleeps(3, &lock, 9);
    give(0, "the lock alone was compared: it is not the turn of whoever sleeps for it");
}

static void test_wakes_one(void)
{
    struct spinlock other = lock_at(7, 9);

    start(7, 10);
    sleeps(0, &other, 8);
    sleeps(1, &lock, 9);
    sleeps(2, &other, 9);
    sleeps(3, &lock, 8);
    give(1 << 3, "who is not next is woken, or the search ends at the first vCPU that sleeps");
}

/* Not all vCPUs need be up. */
static void test_missing(void)
{
    start(7, 9);
    cpus[3] = NULL;
    sleeps(2, &lock, 8);
    spinlock_give(&lock);
    CHECK(kicks[2] == 1, .rule = "cpus[] has NULL for vCPUs that do not exist (stardust/cpu.h)",
          .did = "vCPU 2 was not woken", .expected = "one event", .where = here);
}

/* The next one may free the lock as soon as it has it, together with what it is in. */
static unsigned writes;

static void before_access(const struct watch_access *access)
{
    CHECK(writes == 0,
          .rule = "once the lock is given it is not touched any more: the next one may have freed "
                  "what it lies in (stardust/spinlock.h)",
          .did = text("%s byte %zu of it after `owner` was counted up",
                      access->write ? "wrote" : "read", access->offset),
          .expected = "one access, by which the lock is given; what must be known comes from that",
          .usually = "`next` is read afterwards, to see whether somebody waits",
          .where = (const void *)access->place);
    writes += access->write;
}

static void test_leaves(void)
{
    struct spinlock *watched;

    start(0, 1);
    watched = fakexen_page(FAKEXEN_PAGE_FREE);
    *watched = lock_at(7, 9);
    sleeps(2, watched, 8);
    writes = 0;
    watch_begin(watched, before_access, NULL);
    spinlock_give(watched);
    watch_end();
    CHECK(writes == 1 && kicks[2] == 1, .rule = "the lock is given, and who waits is woken",
          .did = text("%u writes, %u events", writes, kicks[2]), .expected = "one of each",
          .where = here);
}

CU_TestInfo give_tests[] = {
    {"free", test_free},
    {"every_ticket", test_every_ticket},
    {"order_kept", test_order_kept},
    {"wakes", test_wakes},
    {"wakes_nobody", test_wakes_nobody},
    {"wakes_one", test_wakes_one},
    {"missing", test_missing},
    {"leaves", test_leaves},
    CU_TEST_INFO_NULL,
};
