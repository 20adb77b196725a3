/* Exercise 3.6 on the real hypervisor: threads wait for threads. See parts.h. */
#include "parts.h"

#include <stardust/print.h>

#include <tests/ktap/guest.h>

static char did[160];
static uint64_t test_seed;
static unsigned refused;

static void yield_some(uint64_t count)
{
    while (count-- > 0) {
        thread_yield();
    }
}

/* Makes the next link, and joins it before or after it has ended. */
static void *be_link(void *argument)
{
    unsigned i = (unsigned)(uintptr_t)argument;
    void *next = NULL;

    yield_some(random_word(test_seed, "first", i) % 3);
    if (i + 1 < chain_length(test_seed)) {
        struct thread *t =
            make_thread("link", THREAD_PRIORITY_DEFAULT, be_link, (void *)(uintptr_t)(i + 1));

        yield_some(random_word(test_seed, "second", i) % 8);
        refused += thread_join(t, &next, NSEC_FOREVER) != 0;
    }
    return (void *)chain_result(test_seed, i, (uintptr_t)next);
}

void test_join(uint64_t seed)
{
    void *result = NULL;

    test_seed = seed;
    refused += thread_join(make_thread("link", THREAD_PRIORITY_DEFAULT, be_link, NULL), &result,
                           NSEC_FOREVER) != 0;
    guest_report_value("chain_result", (uintptr_t)result);
    format_text(did, sizeof did, "%u calls of thread_join returned an error", refused);
    guest_report_test("threads.join", refused == 0,
                      &(struct guest_failure){
                          .rule = "a thread that nobody else joins can be joined",
                          .did = did,
                          .expected = "0 from each",
                          .usually = "the unit tests of 3.6 say more",
                      });
}
