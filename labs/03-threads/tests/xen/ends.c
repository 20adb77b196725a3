/* Exercise 3.5 on the real hypervisor: threads end, and nobody joins them. See parts.h. */
#include "parts.h"

#include <stardust/print.h>

#include <tests/ktap/guest.h>

#define WARM_WAVES 2 /* after these all that is kept for later is there */

static char did[160];
static uint64_t test_seed, sum;
static unsigned ended;

/* Every third one ends inside of another function. */
static void *end_alone(void *argument)
{
    uint64_t number = (uintptr_t)argument;
    uint64_t word = random_word(test_seed, "ends", number);

    for (unsigned i = 0; i < word % 4; i++) {
        thread_yield();
    }
    sum += word;
    ended++;
    if (number % 3 == 0) {
        thread_exit(NULL);
    }
    return argument;
}

void test_ends(uint64_t seed)
{
    size_t before = 0;

    test_seed = seed;
    for (uintptr_t wave = 0; wave < ENDING_WAVES; wave++) {
        before = wave == WARM_WAVES ? free_pages() : before;
        for (uintptr_t i = 0; i < ENDING_THREADS; i++) {
            make_detached("ends", end_alone, (void *)(wave * ENDING_THREADS + i));
        }
        thread_yield();
    }
    guest_report_value("ends_sum", sum);
    format_text(did, sizeof did, "%u of %u ended; %zu pages were free, and %zu are now", ended,
                ENDING_WAVES * ENDING_THREADS, before, free_pages());
    guest_report_test("threads.ends",
                      ended == ENDING_WAVES * ENDING_THREADS && free_pages() == before,
                      &(struct guest_failure){
                          .rule = "a detached thread that has ended leaves nothing behind",
                          .did = did,
                          .expected = "all end; as many free pages as before",
                          .usually = "the unit tests of 3.5 say more",
                      });
}
