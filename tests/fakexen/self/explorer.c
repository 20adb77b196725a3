/*
 * The explorer tells right from wrong: of each pair in concurrent.h it lets one pass and finds what is wrong with the other,
 * within SEEDS seeds. And what it says can be repeated.
 */
#include "explorer.h"

#include <string.h>
#include <time.h>

#include <tests/fakexen/event.h>
#include <tests/fakexen/explore.h>
#include <tests/fakexen/runner/test.h>

#include "concurrent.h"

#include <xen/event_channel.h>

#define VCPUS  3
#define ROUNDS 20

static struct ticket_lock lock;
static unsigned inside, collisions;
static volatile uint32_t done;
evtchn_t bound_port;
unsigned handled_in_all;

static void start(void)
{
    if (fakexen.options.vcpus == 0) {
        fakexen_start(&(struct fakexen_options){.vcpus = VCPUS, .seed = test_seed()});
    }
    fakexen_again();
    lock = (struct ticket_lock){0};
    inside = collisions = 0;
    done = 0;
    bound_port = 9;
    fakexen.ports[bound_port] = (struct fakexen_port){.state = PORT_IPI, .used = true};
}

/* Explores with the seed `seed`, after `prepare`. */
struct explore_result explore_one(struct explore_options o, uint64_t seed)
{
    start();
    o.seed = seed;
    return explore(&o);
}

/* How many of the seeds end as `outcome`. */
unsigned count_outcome(const struct explore_options *o, enum explore_outcome outcome)
{
    unsigned count = 0;

    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        struct explore_result result = explore_one(*o, test_seed() + seed);

        count += result.outcome == outcome;
    }
    return count;
}

void expect_done(const struct explore_options *o)
{
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        struct explore_result result = explore_one(*o, test_seed() + seed);

        explore_check(&result);
    }
}

static void enter_section(void)
{
    collisions += inside != 0;
    inside++;
    explore_here();
    inside--;
}

static void use_lock(void *argument)
{
    (void)argument;
    for (unsigned i = 0; i < ROUNDS; i++) {
        as_built_ticket_take(&lock);
        enter_section();
        as_built_ticket_give(&lock);
    }
}

static void use_broken_lock(void *argument)
{
    (void)argument;
    for (unsigned i = 0; i < ROUNDS && collisions == 0; i++) {
        as_built_ticket_take_broken(&lock);
        enter_section();
        as_built_ticket_give(&lock);
    }
}

static void explorer_lock(void)
{
    const struct explore_options o = {.functions = {use_lock, use_lock, use_lock}};

    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        struct explore_result result = explore_one(o, test_seed() + seed);

        CU_ASSERT_EQUAL_FATAL(result.outcome, EXPLORE_DONE);
        CU_ASSERT_EQUAL(collisions, 0);
        CU_ASSERT_EQUAL(lock.owner, VCPUS * ROUNDS);
    }
}

static void explorer_lock_broken(void)
{
    const struct explore_options o = {.functions = {use_broken_lock, use_broken_lock},
                                      .budget = 20000};
    unsigned found = 0;

    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        found += explore_one(o, test_seed() + seed).outcome == EXPLORE_ENDLESS || collisions > 0;
    }
    CU_ASSERT(found > SEEDS / 4);
}

/* Its upcalls would end the wait, too. */
static void mask_port(void)
{
    fakexen.shared_info->evtchn_mask[0] = (xen_ulong_t)1 << bound_port;
}

static void wait(void *argument)
{
    (void)argument;
    mask_port();
    as_built_wait_for(bound_port, &done);
}

static void wait_lossy(void *argument)
{
    (void)argument;
    mask_port();
    as_built_wait_for_lossy(bound_port, &done);
}

static void tell(void *argument)
{
    (void)argument;
    as_built_tell(bound_port, &done);
}

static void explorer_poll(void)
{
    const struct explore_options right = {.functions = {wait, tell}};
    const struct explore_options lossy = {.functions = {wait_lossy, tell}};

    expect_done(&right);
    CU_ASSERT(count_outcome(&lossy, EXPLORE_LOST) > 0);
}

/* The event's upcall ends the wait; what it is about, `done` says. */
void acknowledge(void)
{
    struct vcpu_info *info = fakexen_vcpu_info(fakexen.vcpu);

    info->evtchn_upcall_pending = 0;
    info->evtchn_pending_sel = 0;
    event_clear_pending(bound_port);
    handled_in_all++;
}

static void block(void *argument)
{
    (void)argument;
    fakexen_upcalls_to(acknowledge);
    as_built_block_until(&done);
}

static void block_lossy(void *argument)
{
    (void)argument;
    fakexen_upcalls_to(acknowledge);
    as_built_block_until_lossy(&done);
}

static void explorer_block(void)
{
    const struct explore_options right = {.functions = {block, tell}};
    const struct explore_options lossy = {.functions = {block_lossy, tell}};

    expect_done(&right);
    CU_ASSERT(count_outcome(&lossy, EXPLORE_LOST) > 0);
}

/* The same seed, the same steps. */
static void explorer_repeats(void)
{
    const struct explore_options o = {.functions = {use_lock, use_lock, use_lock}};
    struct explore_result one = explore_one(o, 7), two = explore_one(o, 7);
    struct explore_result other = explore_one(o, 8);

    CU_ASSERT_EQUAL(one.steps, two.steps);
    CU_ASSERT_EQUAL(one.switches, two.switches);
    CU_ASSERT(one.steps != other.steps || one.switches != other.switches);
}

static void explorer_words(void)
{
    const struct explore_options o = {.functions = {wait}};
    struct explore_result result = explore_one(o, 1);
    char where[400];

    explore_places(where, sizeof where);
    CU_ASSERT_EQUAL(result.outcome, EXPLORE_LOST);
    CU_ASSERT_PTR_NOT_NULL(
        strstr(result.what, "vCPU 0 polls port 9 (SCHEDOP_poll), which has no event"));
    CU_ASSERT_PTR_NOT_NULL(strstr(where, "vCPU 0 at kernel/xen/hypercall.S"));
}

CU_TestInfo explorer_tests[] = {
    {"lock", explorer_lock},   {"lock_broken", explorer_lock_broken}, {"poll", explorer_poll},
    {"block", explorer_block}, {"repeats", explorer_repeats},         {"words", explorer_words},
    CU_TEST_INFO_NULL,
};
