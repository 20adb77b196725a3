/* Exercise 3.3 on the real hypervisor: each thread has its own registers. See parts.h. */
#include "parts.h"

#include <stardust/print.h>
#include <stardust/schedule.h>

#include <tests/ktap/guest.h>

#include "keep.h"

_Static_assert(offsetof(struct kept, mxcsr) == 48 && offsetof(struct kept, control) == 52,
               "keep.S has these offsets");

static char did[160];
static uint64_t test_seed, sum;
static unsigned finished, wrong;

static void *keep(void *argument)
{
    unsigned keeper = (unsigned)(uintptr_t)argument;

    for (unsigned round = 0; round < KEEPER_ROUNDS; round++) {
        struct kept before = kept_choose(test_seed, keeper, round), after;

        keep_registers(&before, &after);
        sum += kept_number(&after);
        wrong += kept_number(&after) != kept_number(&before);
    }
    finished++;
    wait_for_ever();
}

void test_registers(uint64_t seed)
{
    test_seed = seed;
    for (unsigned i = 0; i < KEEPERS; i++) {
        make_thread("keeps registers", THREAD_PRIORITY_DEFAULT, keep, (void *)(uintptr_t)i);
    }
    thread_yield();
    guest_report_value("registers_kept", sum);
    format_text(did, sizeof did, "%u of %u threads did all rounds; %u times something was lost",
                finished, KEEPERS, wrong);
    guest_report_test("threads.registers", finished == KEEPERS && wrong == 0,
                      &(struct guest_failure){
                          .rule = "rbx, rbp, r12 to r15, mxcsr and the x87 control word are after "
                                  "thread_yield as they were before it",
                          .did = did,
                          .expected = "nothing is lost",
                          .usually = "the unit tests of 3.3 say which",
                      });
}
