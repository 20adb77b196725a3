/*
 * The way of an event from Xen to its handler and back: at each instruction of it another event may come. None is lost, and
 * the code that was interrupted sees nothing of it.
 */
#include "around.h"
#include "suites.h"

#include <stardust/cpu.h>
#include <stardust/upcall.h>

#include <kernel/xen/event_table.h>

#include <tests/fakexen/explore.h>
#include <tests/fakexen/runner/test.h>

#include <xen/callback.h>

#define SEEDS 100
#define PORTS 3

void as_built_event_dispatch(void);
void as_built_event_unmask(evtchn_t port);

static const evtchn_t ports[PORTS] = {5, 6, 200};
static volatile unsigned told[PORTS], handled[PORTS];

/* What upcall.S calls; the scheduler is not here. */
void upcall_handle(void)
{
    as_built_event_dispatch();
}

static void handle(evtchn_t port, void *context)
{
    (void)port;
    CHECK(fakexen_vcpu_info(0)->evtchn_upcall_mask != 0, .rule = "handlers run with upcalls masked",
          .did = "called one with the mask clear",
          .expected = "the mask set again before the handlers run once more",
          .where = (const void *)as_built_upcall_entry);
    handled[(uintptr_t)context] = told[(uintptr_t)context];
    explore_here();
}

static void make_port(uintptr_t number)
{
    static struct event_record records[4][EVENT_WORD_BITS];
    unsigned word = ports[number] / EVENT_WORD_BITS;

    fakexen.ports[ports[number]] = (struct fakexen_port){.state = PORT_IPI, .used = true};
    as_built_event_records[word] = records[word];
    records[word][ports[number] % EVENT_WORD_BITS] =
        (struct event_record){.handler = handle, .context = (void *)number};
    fakexen_cpu(0)->events.mine[word] |= (uint64_t)1 << ports[number] % EVENT_WORD_BITS;
    told[number] = handled[number] = 0;
}

static void prepare(void)
{
    fakexen_again();
    fakexen.vcpus[0].callbacks[CALLBACKTYPE_event] = (uintptr_t)as_built_upcall_entry;
    for (uintptr_t i = 0; i < PORTS; i++) {
        make_port(i);
    }
}

static void tell(unsigned number)
{
    told[number]++;
    fakexen_event(ports[number]);
}

static void tell_some(uint64_t random)
{
    tell((unsigned)(random % PORTS));
}

static bool all_handled(void)
{
    for (unsigned i = 0; i < PORTS; i++) {
        if (handled[i] != told[i]) {
            return false;
        }
    }
    return true;
}

/* Works, while events come; then it waits for the last of them, and enters Xen no more: the upcall has to come by itself. */
static void work(void *argument)
{
    for (unsigned i = 0; i < *(const unsigned *)argument; i++) {
        explore_here();
    }
    while (!all_handled()) {
        explore_here();
    }
}

static struct explore_options options(unsigned *steps)
{
    return (struct explore_options){
        .functions = {work},
        .arguments = {steps},
        .budget = 200000,
        .entry = as_built_upcall_entry,
    };
}

static void test_any(void)
{
    unsigned steps = 2000;
    struct explore_options o = options(&steps);

    o.outside = tell_some;
    o.outside_interval = 300;
    fakexen_start(&(struct fakexen_options){.seed = test_seed()});
    explore_seeds(&o, SEEDS, prepare, NULL);
}

static unsigned long first, second;

static void tell_at_chosen(unsigned long steps, uintptr_t place)
{
    (void)place;
    if (steps == first) {
        tell(0);
    }
    if (steps == first + second) {
        tell(1);
    }
}

/* One event, and a second one so many instructions later: at each instruction of the way once. */
static void test_each_instruction(void)
{
    unsigned steps = 20;
    struct explore_options o = options(&steps);

    o.step = tell_at_chosen;
    o.seed = test_seed();
    first = 5;
    fakexen_start(&(struct fakexen_options){.seed = test_seed()});
    for (second = 1; second < 300; second++) {
        struct explore_result result;

        prepare();
        result = explore(&o);
        explore_check(&result);
    }
}

CU_TestInfo upcall_tests[] = {
    {"any", test_any},
    {"each_instruction", test_each_instruction},
    CU_TEST_INFO_NULL,
};
