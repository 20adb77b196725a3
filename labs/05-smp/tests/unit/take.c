/* Exercise 5.2: spinlock_take, with one vCPU that asks. What others would do happens while it sleeps in Xen. */
#include "lock.h"

#include <string.h>

#include <stardust/hypercall.h>

#include <tests/fakexen/guest.h>
#include <tests/fakexen/operations.h>
#include <tests/fakexen/panic.h>
#include <tests/fakexen/watch.h>

#include "suites.h"

#include <xen/sched.h>

static struct spinlock lock;
static unsigned sleeps, turns_left;
static bool was_free;

static const void *const here = (const void *)spinlock_take;

static void check_poll(uint64_t pointer)
{
    struct sched_poll poll;
    evtchn_t port = 0;
    const struct cpu *cpu = fakexen_cpu(fakexen.vcpu);

    CHECK(guest_read(&poll, pointer, sizeof poll) == 0 && poll.nr_ports == 1 &&
              guest_read(&port, (uint64_t)poll.ports.p, sizeof port) == 0 && port == cpu->kick_port,
          .rule = "who waits for a spinlock sleeps until its kick_port has an event "
                  "(stardust/cpu.h)",
          .did = text("polled port %u", port), .expected = text("port %u", cpu->kick_port),
          .usually = "another port, or another vCPU's", .where = here);
}

static void check_said(void)
{
    const struct cpu *cpu = fakexen_cpu(fakexen.vcpu);

    CHECK(cpu->spin_target == &lock && cpu->spin_ticket == 65535,
          .rule = "before it sleeps, a vCPU says for which lock, and with which ticket "
                  "(spin_target and spin_ticket, stardust/cpu.h)",
          .did = text("it slept with spin_target %p and spin_ticket %u", cpu->spin_target,
                      cpu->spin_ticket),
          .expected = text("%p and 65535", (void *)&lock),
          .usually = "nobody can wake it: they do not know that it sleeps", .where = here);
    CHECK(cpu->info.evtchn_upcall_mask == 1,
          .rule = "between saying what it waits for and the end of the wait no upcall comes",
          .did = "it slept with upcalls not masked", .expected = "a critical section around it",
          .usually = "a handler that waits for another lock says so in the same place (handout "
                     "5.2)",
          .where = here);
}

/* Each time that it sleeps, somebody gives the lock on. */
static long answer(const struct fakexen_call *call)
{
    if (call->number == __HYPERVISOR_sched_op && call->arguments[0] == SCHEDOP_poll) {
        sleeps++;
        CHECK(!was_free, .rule = "a free lock is taken at once " HEADER,
              .did = text("spinlock_take(owner 65535, next 65535) made it %s, and slept",
                          lock_words(&lock)),
              .expected = "owner 65535, next 0: the lock is ours",
              .usually = "one was added to all 32 bits: it is carried into `owner`", .where = here);
        check_poll(call->arguments[1]);
        check_said();
        if (turns_left > 0) {
            turns_left--;
            lock.owner++;
            return 0;
        }
    }
    return fakexen_operate(call->number, call->arguments);
}

/* Take the lock with ticket 65535, after `turns` others. */
static void start(unsigned turns)
{
    around_start(VCPUS);
    lock = lock_at((uint16_t)(65535 - turns), 65535);
    turns_left = turns;
    was_free = turns == 0;
    sleeps = 0;
    fakexen.answer = answer;
}

static void test_free(void)
{
    unsigned long calls;

    start(0);
    calls = fakexen.calls;
    spinlock_take(&lock);
    lock_check_state(&lock, 65535, 0, "spinlock_take(owner 65535, next 65535)",
                     "one was added to all 32 bits: it is carried into `owner`", here);
    CHECK(fakexen.calls == calls, .rule = "a free lock is taken without Xen",
          .did = "spinlock_take made a hypercall", .expected = "none",
          .usually = "it sleeps before it has looked", .where = here);
}

static void test_every_ticket(void)
{
    around_start(1);
    for (unsigned ticket = 0; ticket < 65536; ticket++) {
        lock = lock_at((uint16_t)ticket, (uint16_t)ticket);
        spinlock_take(&lock);
        if (lock.owner != ticket || lock.next != (uint16_t)(ticket + 1)) {
            lock_check_state(&lock, (uint16_t)ticket, (uint16_t)(ticket + 1), "spinlock_take",
                             "tickets have 16 bits", here);
        }
    }
}

static void test_turn(void)
{
    start(3);
    spinlock_take(&lock);
    CHECK(lock.owner == 65535 && turns_left == 0,
          .rule = "a vCPU has the lock when `owner` is its ticket " HEADER,
          .did = text("spinlock_take returned with ticket 65535 and %s", lock_words(&lock)),
          .expected = "owner 65535, after three others",
          .usually = "waiting ends with the first event, or with any change", .where = here);
    lock_check_state(&lock, 65535, 0, "spinlock_take", "one ticket for each caller", here);
}

static void test_sleeps(void)
{
    start(2);
    spinlock_take(&lock);
    CHECK(sleeps == 2,
          .rule = "who has looked for a while sleeps in Xen: the vCPU that holds the lock may not "
                  "be running, and needs the processor",
          .did = text("slept %u times while two others had the lock", sleeps),
          .expected = "once for each", .where = here);
}

static void test_says_no_more(void)
{
    start(1);
    spinlock_take(&lock);
    CHECK(fakexen_cpu(0)->spin_target == NULL,
          .rule = "who does not wait any more takes back what it said (spin_target is NULL)",
          .did = "spinlock_take returned, and spin_target is the lock still", .expected = "NULL",
          .usually = "it is left on the way out", .where = here);
}

static void check_mask(uint8_t before)
{
    start(1);
    fakexen_cpu(0)->info.evtchn_upcall_mask = before;
    spinlock_take(&lock);
    CHECK(fakexen_cpu(0)->info.evtchn_upcall_mask == before,
          .rule = "spinlock_take leaves the mask of upcalls as it was",
          .did = text("it was %u and is %u", before, fakexen_cpu(0)->info.evtchn_upcall_mask),
          .expected = "the same", .usually = "critical_leave with what critical_enter returned",
          .where = here);
}

static void test_masked(void)
{
    check_mask(0);
    check_mask(1);
}

/* Its turn comes after it has said that it waits, and before it sleeps: nobody will wake it then. */
static struct spinlock *watched;
static bool looked;

static void before_access(const struct watch_access *access)
{
    if (!access->write && fakexen_cpu(0)->spin_target == watched) {
        looked = true;
        watched->owner = 65535;
    }
}

static long answer_if_looked(const struct fakexen_call *call)
{
    if (call->number == __HYPERVISOR_sched_op && call->arguments[0] == SCHEDOP_poll) {
        CHECK(looked,
              .rule = "a vCPU says that it waits, then looks once more, then sleeps: whoever gives "
                      "the lock back changes it first and looks at what was said after that, so "
                      "that one of both sees the other",
              .did = "slept without a look at the lock after spin_target was set",
              .expected = "a look in between",
              .usually = "it says so only after it has looked: what comes in between is missed",
              .where = here);
    }
    return fakexen_operate(call->number, call->arguments);
}

static void test_looks_again(void)
{
    around_start(VCPUS);
    watched = fakexen_page(FAKEXEN_PAGE_FREE);
    *watched = lock_at(65534, 65535);
    looked = false;
    fakexen.answer = answer_if_looked;
    watch_begin(watched, before_access, NULL);
    spinlock_take(watched);
    watch_end();
    CHECK(looked && fakexen.now == 0,
          .rule = "who sees after it has said that it waits that its turn has come does not sleep",
          .did = "slept for a second", .expected = "no sleep",
          .usually = "the second look's answer is not used", .where = here);
}

static void take(void *argument)
{
    spinlock_take(argument);
}

static void test_never(void)
{
    const char *words;

    start(0);
    was_free = false;
    lock.owner = 1000;
    words = panic_of(take, &lock);
    CHECK(words != NULL && strstr(words, "lock") != NULL,
          .rule = "a lock that is not given back ends in a panic that says so",
          .did = words != NULL ? text("panic: %s", words) : "spinlock_take returned",
          .expected = "a panic that speaks of a lock",
          .usually = "waiting has no limit, or ends without the lock", .where = here);
    CHECK(fakexen.now >= 5 * NSEC_PER_SEC && fakexen.now <= 100 * NSEC_PER_SEC,
          .rule = "who waits for twenty seconds waits for ever",
          .did = text("the panic came after %lu ms", (unsigned long)fakexen.now / 1000000),
          .expected = "about 20,000 ms", .where = here);
}

CU_TestInfo take_tests[] = {
    {"free", test_free},
    {"every_ticket", test_every_ticket},
    {"turn", test_turn},
    {"sleeps", test_sleeps},
    {"says_no_more", test_says_no_more},
    {"masked", test_masked},
    {"looks_again", test_looks_again},
    {"never", test_never},
    CU_TEST_INFO_NULL,
};
