/* Exercise 3.6 on the real hypervisor: many threads, and no page is lost. See parts.h. */
#include "parts.h"

#include <stardust/print.h>

#include <tests/ktap/guest.h>

static char did[160];
static struct thread *threads[MANY_THREADS];
static uint64_t test_seed, sum;
static unsigned wrong;

/* Who is joined brings its word back, who is detached adds it. */
static void *work(void *argument)
{
    uint64_t number = (uintptr_t)argument;
    uint64_t word = random_word(test_seed, "many", number);
    enum fate fate = fate_choose(test_seed, number);

    for (unsigned i = 0; i < word % 3; i++) {
        thread_yield();
    }
    if (fate == FATE_DETACHED_EARLY || fate == FATE_DETACHED_LATE) {
        sum += word;
    }
    return (void *)word;
}

static void join(unsigned i)
{
    void *result = NULL;

    wrong += thread_join(threads[i], &result, NSEC_FOREVER) != 0;
    sum += (uintptr_t)result;
}

static void make_all(uint64_t round)
{
    for (unsigned i = 0; i < MANY_THREADS; i++) {
        uint64_t number = round * MANY_THREADS + i;

        threads[i] = make_thread("one of many", 12 + (unsigned)(number % 7), work, (void *)number);
        if (fate_choose(test_seed, number) == FATE_DETACHED_EARLY) {
            wrong += thread_detach(threads[i]) != 0;
        }
    }
}

static void end_late(unsigned i, enum fate fate)
{
    if (fate == FATE_JOINED_LATE) {
        join(i);
    } else if (fate == FATE_DETACHED_LATE) {
        wrong += thread_detach(threads[i]) != 0;
    }
}

static void play(uint64_t round)
{
    make_all(round);
    for (unsigned i = 0; i < MANY_THREADS; i++) {
        if (fate_choose(test_seed, round * MANY_THREADS + i) == FATE_JOINED_EARLY) {
            join(i);
        }
    }
    thread_yield();
    for (unsigned i = MANY_THREADS; i-- > 0;) {
        end_late(i, fate_choose(test_seed, round * MANY_THREADS + i));
    }
}

void test_many(uint64_t seed)
{
    size_t before = 0;

    test_seed = seed;
    for (unsigned round = 0; round < MANY_ROUNDS; round++) {
        play(round);
        /* After the first round all that is kept for later is there. */
        before = round == 0 ? free_pages() : before;
    }
    guest_report_value("threads_sum", sum);
    guest_report_value("pages_lost", before - free_pages());
    format_text(did, sizeof did, "%u calls of thread_join or thread_detach returned an error",
                wrong);
    guest_report_test(
        "threads.many", wrong == 0,
        &(struct guest_failure){
            .rule = "a thread can be joined or detached once, before or after its end",
            .did = did,
            .expected = "0 from each",
            .usually = "the unit tests of 3.6 say more",
        });
}
