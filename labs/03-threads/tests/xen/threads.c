/*
 * Lab 3 on the real hypervisor: the kernel has booted, as the thread "main", when this runs. There is one vCPU at this level,
 * and nobody is preempted, so the order in which threads run follows from what they do; the grader plays it
 * (tests/ktap/threads.h).
 */
#include <stardust/application.h>
#include <stardust/frames.h>
#include <stardust/heap.h>
#include <stardust/panic.h>
#include <stardust/print.h>
#include <stardust/schedule.h>

#include <tests/ktap/guest.h>
#include <tests/ktap/ktap.h>

#include "parts.h"

#define TESTS 6

/* Not the usual size, of which the kernel keeps some for later: so that pages can be counted. */
#define STACK_SIZE 0x4000

/* One that cannot be had: before it is refused, what ended threads have left is freed. */
static void free_stacks(void)
{
    const struct thread_options endless = {.stack_size = SIZE_MAX / 4};

    thread_create(NULL, &endless, NULL, NULL);
}

size_t free_pages(void)
{
    free_stacks();
    heap_trim();
    page_cache_drain();
    return frames_statistics().free;
}

void wait_for_ever(void)
{
    for (;;) {
        thread_block();
    }
}

static struct thread *make(struct thread_options options, void *(*entry)(void *), void *argument)
{
    struct thread *t;
    int error;

    options.stack_size = STACK_SIZE;
    error = thread_create(&t, &options, entry, argument);
    assert_that(error == 0, "thread_create(\"%s\"): error %d", options.name, error);
    return t;
}

struct thread *make_thread(const char *name, unsigned priority, void *(*entry)(void *),
                           void *argument)
{
    return make(
        (struct thread_options){.name = name, .priority = (int)priority - THREAD_PRIORITY_DEFAULT},
        entry, argument);
}

void make_detached(const char *name, void *(*entry)(void *), void *argument)
{
    make((struct thread_options){.name = name, .detached = true}, entry, argument);
}

int application_run(const char *words)
{
    uint64_t seed;

    (void)words;
    guest_report_begin(TESTS);
    seed = guest_report_seed();
    test_registers(seed);
    test_queue(seed);
    thread_set_priority(thread_current(), 0);
    test_turns(seed);
    test_ends(seed);
    test_join(seed);
    test_many(seed);
    print("%s\n", KTAP_GUEST_END("threads"));
    return 0;
}
