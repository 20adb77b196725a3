/*
 * A vCPU goes down and comes back while others call it and give it threads: every call returns, also while it is down, and no
 * thread is left where nobody runs it.
 */
#include "around.h"

#include <stardust/list.h>
#include <stardust/schedule.h>
#include <stardust/spinlock.h>

#include <tests/fakexen/explore.h>
#include <tests/fakexen/runner/test.h>

#define SEEDS   15
#define ROUNDS  2
#define AT_ONCE 2 /* calls, or wakes, while the vCPU goes or comes */

int as_built_vcpu_unplug(unsigned number);
int as_built_vcpu_plug(unsigned number);
void as_built_smp_call(cpu_mask_t mask, void (*function)(void *argument), void *argument);
void as_built_thread_wake(struct thread *t);
void as_built_upcall_entry(void);

/* Calls, or wakes, that are to be made, and that have been: not without end, or a slow vCPU would do nothing else. */
static volatile unsigned wanted, done;
static volatile bool over, ended;
static unsigned called[VCPUS];

static void prepare(void)
{
    around_again();
    wanted = done = 0;
    over = ended = false;
}

static void want_more(void)
{
    wanted += AT_ONCE;
}

static void wait_for_all(void)
{
    while (done < wanted) {
        explore_here();
    }
}

static void unplug(void)
{
    int error = as_built_vcpu_unplug(1);

    CHECK(error == 0 && !fakexen.vcpus[1].up && cpus_online == 5,
          .rule = "when vcpu_unplug has returned, the vCPU is down for Xen too",
          .did = text("returned %d, vCPUs online 0x%x, for Xen %s", error, cpus_online,
                      fakexen.vcpus[1].up ? "up" : "down"),
          .where = (const void *)as_built_vcpu_unplug);
}

static void plug(void)
{
    int error = as_built_vcpu_plug(1);

    CHECK(error == 0 && fakexen.vcpus[1].up && cpus_online == 7,
          .rule = "when vcpu_plug has returned, the vCPU runs threads",
          .did = text("returned %d, vCPUs online 0x%x", error, cpus_online),
          .where = (const void *)as_built_vcpu_plug);
}

/* Some while it goes, and some while it is down; the same for its way back. */
static void plug_and_unplug(void *unused)
{
    (void)unused;
    for (unsigned i = 0; i < ROUNDS; i++) {
        want_more();
        unplug();
        want_more();
        wait_for_all();
        want_more();
        plug();
        want_more();
        wait_for_all();
    }
    over = true;
    while (!ended) {
        explore_here();
    }
}

/* Returns whether there is one more to be made. */
static bool wait_for_wish(void)
{
    while (done == wanted && !over) {
        explore_here();
    }
    ended = done == wanted;
    return !ended;
}

static void count_here(void *unused)
{
    (void)unused;
    called[fakexen.vcpu]++;
}

static void call_all(void *unused)
{
    (void)unused;
    while (wait_for_wish()) {
        for (unsigned i = 0; i < VCPUS; i++) {
            called[i] = 0;
        }
        as_built_smp_call(7, count_here, NULL);
        CHECK(called[0] == 1 && called[1] <= 1 && called[2] == 1,
              .rule = "each vCPU that is online is called once",
              .did = text("called them %u, %u, %u times", called[0], called[1], called[2]),
              .where = (const void *)as_built_smp_call);
        done++;
    }
}

static void explore_with(void (*beside)(void *))
{
    const struct explore_options options = {
        .functions = {plug_and_unplug, around_steward, beside},
        .background = 1u << 1,
        .budget = 2000000,
        .interval = 40,
        .entry = as_built_upcall_entry,
    };

    fakexen_start(&(struct fakexen_options){.vcpus = VCPUS, .seed = test_seed()});
    explore_seeds(&options, SEEDS, prepare, NULL);
}

static void test_calls(void)
{
    explore_with(call_all);
}

static bool can_be_taken(const volatile struct thread *t)
{
    const volatile struct spinlock *lock = &t->cpu->runqueue.lock;

    return t->queued && (cpus_online >> t->cpu->number & 1) && lock->next == lock->owner;
}

/* As the vCPU that takes it would. Whoever goes down may be sending it elsewhere: until then it is in no queue. */
static void take_sleeper(void)
{
    struct thread *t = &around_sleeper;

    while (!can_be_taken(t)) {
        explore_here();
    }
    t->state = THREAD_WAITING;
    list_remove(&t->ready);
    t->cpu->runqueue.occupied = t->cpu->runqueue.count = 0;
    t->queued = false;
    t->cpu = cpus[2];
}

/* It may run on the vCPU that goes alone, or, while that is down, on all. */
static void wake_sleeper(void *unused)
{
    (void)unused;
    around_sleeper.asked = around_sleeper.affinity = 2;
    around_sleeper.cpu = cpus[2];
    while (wait_for_wish()) {
        as_built_thread_wake(&around_sleeper);
        take_sleeper();
        done++;
    }
}

static void test_wakes(void)
{
    explore_with(wake_sleeper);
}

static CU_TestInfo tests[] = {
    {"calls", test_calls},
    {"wakes", test_wakes},
    CU_TEST_INFO_NULL,
};

CU_SuiteInfo unit_suites[] = {
    {.pName = "unplug", .pTests = tests},
    CU_SUITE_INFO_NULL,
};
