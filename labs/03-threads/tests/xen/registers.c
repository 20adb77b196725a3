/*
 * Exercise 3.3 on the real hypervisor: context_switch alone, round and round between keepers that the scheduler knows nothing
 * of, each with a stack of its own. See parts.h.
 */
#include "parts.h"

#include <kernel/sched/switch.h>

#include <stardust/bytes.h>
#include <stardust/fpu.h>
#include <stardust/print.h>

#include <tests/ktap/guest.h>

#include "keep.h"

_Static_assert(offsetof(struct kept, mxcsr) == 48 && offsetof(struct kept, control) == 52,
               "keep.S has these offsets");

#define STACK_WORDS 1024

static char did[160];
static uint64_t test_seed, sum;
static unsigned finished, wrong, current;

static struct thread threads[KEEPERS + 1]; /* the last one is who began */
static uint64_t stacks[KEEPERS][STACK_WORDS] __attribute__((aligned(16)));

static void go_on(const struct kept *before, struct kept *after, unsigned from, unsigned to)
{
    current = to;
    keep_registers(before, after, &threads[from], &threads[to]);
}

/* Once more round when all is done, so that each comes back from its last round; then to who began. */
void keep_begin(void)
{
    unsigned keeper = current;
    struct kept before, after;

    for (unsigned round = 0; round < KEEPER_ROUNDS; round++) {
        before = kept_choose(test_seed, keeper, round);
        go_on(&before, &after, keeper, (keeper + 1) % KEEPERS);
        sum += kept_number(&after);
        wrong += kept_number(&after) != kept_number(&before);
    }
    finished++;
    go_on(&before, &after, keeper, keeper + 1);
    __builtin_unreachable();
}

static void make_keeper(unsigned keeper)
{
    static const struct switch_frame first = {
        .mxcsr = FPU_MXCSR_START,
        .x87_control = 0x037f,
        .return_address = (uintptr_t)keep_enter,
    };
    char *end = (char *)&stacks[keeper][STACK_WORDS];

    threads[keeper].stack_pointer = memcpy(end - sizeof first, &first, sizeof first);
}

void test_registers(uint64_t seed)
{
    struct kept before = kept_choose(seed, 0, 0), after;

    test_seed = seed;
    for (unsigned i = 0; i < KEEPERS; i++) {
        make_keeper(i);
    }
    go_on(&before, &after, KEEPERS, 0);
    wrong += kept_number(&after) != kept_number(&before);
    guest_report_value("registers_kept", sum);
    format_text(did, sizeof did, "%u of %u keepers did all rounds; %u times something was lost",
                finished, KEEPERS, wrong);
    guest_report_test("threads.registers", finished == KEEPERS && wrong == 0,
                      &(struct guest_failure){
                          .rule = "rbx, rbp, r12 to r15, mxcsr and the x87 control word are after "
                                  "context_switch as they were before it",
                          .did = did,
                          .expected = "nothing is lost",
                          .usually = "the unit tests of 3.3 say which",
                      });
}
