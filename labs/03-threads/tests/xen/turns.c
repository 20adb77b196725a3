/* Exercise 3.4 on the real hypervisor: new threads begin, and take turns. See parts.h. */
#include "parts.h"

#include <stardust/print.h>
#include <stardust/schedule.h>

#include <tests/ktap/guest.h>

static char did[160];
static uint64_t test_seed, hash;
static struct thread *threads[TURN_THREADS];
static bool done[TURN_THREADS];

static void take_turn(const struct turn *turn)
{
    switch (turn->kind) {
    case TURN_YIELD:
        thread_yield();
        break;
    case TURN_BLOCK:
        thread_block();
        break;
    case TURN_PRIORITY:
        thread_set_priority(thread_current(), turn->priority);
        thread_yield();
        break;
    case TURN_WAKE:
        if (!done[turn->other]) {
            thread_wake(threads[turn->other]);
        }
        break;
    default:
        thread_set_priority(threads[turn->other], turn->priority);
        break;
    }
}

static void *take_turns(void *argument)
{
    unsigned thread = (unsigned)(uintptr_t)argument;

    for (unsigned step = 0; step < TURN_STEPS; step++) {
        struct turn turn = turn_choose(test_seed, thread, step);

        hash = random_fold(hash, (uint64_t)thread << 32 | step);
        take_turn(&turn);
    }
    done[thread] = true;
    wait_for_ever();
}

/* All wait. Returns how many were woken. */
static unsigned wake_all(void)
{
    unsigned woken = 0;

    hash = random_fold(hash, NO_THREAD);
    for (unsigned i = 0; i < TURN_THREADS; i++) {
        if (!done[i]) {
            thread_wake(threads[i]);
            woken++;
        }
    }
    return woken;
}

void test_turns(uint64_t seed)
{
    unsigned wakes = 0;

    test_seed = hash = seed;
    for (unsigned i = 0; i < TURN_THREADS; i++) {
        threads[i] = make_thread("takes turns", turn_priority(random_word(seed, "priority", i)),
                                 take_turns, (void *)(uintptr_t)i);
    }
    do {
        thread_yield();
    } while (wake_all() > 0 && ++wakes < TURN_THREADS * TURN_STEPS);
    guest_report_value("turns_taken", hash);
    format_text(did, sizeof did, "woke those that waited %u times, and some never came to the end",
                wakes);
    guest_report_test("threads.turns", wakes < TURN_THREADS * TURN_STEPS,
                      &(struct guest_failure){
                          .rule = "who is woken goes on, and each thread comes to its turn",
                          .did = did,
                          .expected = "all do their steps",
                          .usually = "the unit tests of 3.2 and 3.4 say more",
                      });
}
