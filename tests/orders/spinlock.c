/* Spinlocks between vCPUs: one holder at a time, in the order in which they asked, and nobody sleeps for ever. */
#include "suites.h"

#include <stardust/cpu.h>
#include <stardust/event_poll.h>
#include <stardust/spinlock_type.h>

#include <tests/fakexen/explore.h>
#include <tests/fakexen/runner/test.h>

#define VCPUS  4
#define SEEDS  60
#define ROUNDS 10

/* Each of them takes so long that there are fewer. */
#define LONG_SEEDS 20

void as_built_spinlock_take(struct spinlock *lock);
bool as_built_spinlock_try(struct spinlock *lock);
void as_built_spinlock_give(struct spinlock *lock);

static struct spinlock lock;
static unsigned inside, entered, sleepers;

/* A port that ends its wait, as the kernel makes one for each vCPU: masked, so that it causes no upcall. */
static void make_kick_port(unsigned vcpu)
{
    evtchn_t port = 10 + vcpu;

    fakexen.ports[port] = (struct fakexen_port){.state = PORT_IPI, .vcpu = vcpu, .used = true};
    fakexen.shared_info->evtchn_mask[0] |= (xen_ulong_t)1 << port;
    fakexen_cpu(vcpu)->kick_port = port;
}

static void prepare(void)
{
    fakexen_again();
    lock = (struct spinlock)SPINLOCK(LOCK_WAIT);
    inside = entered = 0;
    for (unsigned vcpu = 0; vcpu < VCPUS; vcpu++) {
        make_kick_port(vcpu);
    }
}

static void be_inside(unsigned steps)
{
    CHECK(inside == 0, .rule = "one vCPU at a time has the lock",
          .did = text("let %u in while another was", fakexen.vcpu), .expected = "wait",
          .where = (const void *)as_built_spinlock_take);
    inside++;
    entered++;
    for (unsigned i = 0; i < steps; i++) {
        explore_here();
    }
    inside--;
}

static void take_and_give(void *argument)
{
    for (unsigned i = 0; i < ROUNDS; i++) {
        as_built_spinlock_take(&lock);
        be_inside(*(const unsigned *)argument);
        as_built_spinlock_give(&lock);
    }
}

static void try_and_give(void *argument)
{
    (void)argument;
    for (unsigned i = 0; i < ROUNDS; i++) {
        if (as_built_spinlock_try(&lock)) {
            be_inside(3);
            as_built_spinlock_give(&lock);
        }
    }
}

static void finish(void)
{
    CHECK(lock.next == lock.owner, .rule = "a lock that everybody gave back is free",
          .did = text("left next %u and owner %u", lock.next, lock.owner));
    /* Time goes on when all of them sleep: then somebody was not woken. */
    CHECK(fakexen.now == 0, .rule = "who sleeps for the lock is woken when it is given back",
          .did = "let all vCPUs sleep until the time limit of one", .expected = "an event to it",
          .where = (const void *)as_built_spinlock_give);
    for (unsigned vcpu = 0; vcpu < VCPUS; vcpu++) {
        sleepers += fakexen.ports[10 + vcpu].sends > 0;
    }
}

static void test_short(void)
{
    static unsigned steps = 2;
    const struct explore_options options = {
        .functions = {take_and_give, take_and_give, take_and_give, try_and_give},
        .arguments = {&steps, &steps, &steps, NULL},
    };

    fakexen_start(&(struct fakexen_options){.vcpus = VCPUS, .seed = test_seed()});
    explore_seeds(&options, SEEDS, prepare, finish);
}

/* So long that those who wait go to sleep in Xen. */
static void test_long(void)
{
    static unsigned steps = 3000;
    const struct explore_options options = {
        .functions = {take_and_give, take_and_give, take_and_give},
        .arguments = {&steps, &steps, &steps},
        .budget = 10000000,
    };

    fakexen_start(&(struct fakexen_options){.vcpus = VCPUS, .seed = test_seed()});
    explore_seeds(&options, LONG_SEEDS, prepare, finish);
    CHECK(sleepers > 0, .rule = "who waits for long sleeps in Xen, and is woken by an event",
          .did = "never sent an event");
}

CU_TestInfo spinlock_tests[] = {
    {"short", test_short},
    {"long", test_long},
    CU_TEST_INFO_NULL,
};
