/* A kernel with threads: see threads.h. */
#include "threads.h"

#include <stdlib.h>
#include <string.h>

#include <stardust/preempt.h>

#include <tests/fakexen/panic.h>

#define IDLE 1 /* stacks of idle threads */

char threads_log[1024];

void threads_start(void)
{
    fakexen_start(&(struct fakexen_options){.seed = test_seed()});
    stacks_start();
    /* Below the level of events upcalls are masked from boot on. */
    cpu_this()->info.evtchn_upcall_mask = 1;
    threads_log[0] = '\0';
    threads_init();
    /* Behind all others: a yield lets them run until they wait or have ended. */
    thread_current()->priority = 0;
}

static struct thread *make(const struct thread_options *options, void *(*entry)(void *),
                           void *argument)
{
    struct thread *t = NULL;
    int error = thread_create(&t, options, entry, argument);

    CHECK(error == 0 && t != NULL, .rule = "thread_create makes a thread while there is memory",
          .did = text("thread_create returned %d", error), .expected = "0",
          .usually = "the error is not the last line's", .where = (const void *)thread_create);
    threads_check((const void *)thread_create);
    return t;
}

struct thread *threads_make(const char *name, int priority, void *(*entry)(void *), void *argument)
{
    return make(&(struct thread_options){.name = name, .priority = priority}, entry, argument);
}

void threads_make_detached(const char *name, void *(*entry)(void *), void *argument)
{
    make(&(struct thread_options){.name = name, .detached = true}, entry, argument);
}

void threads_wait_for_ever(void)
{
    for (;;) {
        thread_block();
    }
}

void threads_run(void)
{
    while (cpu_this()->runqueue.count > 0) {
        thread_yield();
        threads_check((const void *)thread_yield);
    }
}

void threads_check(const void *where)
{
    CHECK(critical_masked(), .rule = "the mask of upcalls is after a call as it was before",
          .did = "returned with upcalls coming", .expected = "masked, as below level 4 they are",
          .usually = "critical_leave was called with something else than critical_enter returned",
          .where = where);
    CHECK(preempt_depth() == 0, .rule = "every spin_lock has its spin_unlock",
          .did = text("returned in %u more sections than it was called in", preempt_depth()),
          .expected = "none", .usually = "a way out of the function leaves the lock locked",
          .where = where);
    stacks_check(where);
}

void threads_check_left(unsigned left, const char *usually, const void *where)
{
    threads_check(where);
    CHECK(stacks_used() == IDLE + left, .rule = "what a thread had is freed when nobody needs it",
          .did = text("%u threads have memory", stacks_used() - IDLE), .expected = text("%u", left),
          .usually = usually, .where = where);
}

void threads_no_deadlock(void (*function)(void *), void *argument, const char *usually,
                         const void *where)
{
    const char *words = panic_of(function, argument);

    CHECK(words == NULL, .rule = "who waits for something that has come goes on",
          .did = text("panic: %s", words), .expected = "no panic", .usually = usually,
          .where = where);
}

void threads_note(char letter)
{
    size_t length = strlen(threads_log);

    if (length + 1 < sizeof threads_log) {
        threads_log[length] = letter;
        threads_log[length + 1] = '\0';
    }
}

void threads_check_log(const char *expected, const char *rule, const char *usually,
                       const void *where)
{
    CHECK(strcmp(threads_log, expected) == 0, .rule = rule,
          .did = text("they ran in the order \"%s\"", threads_log),
          .expected = text("\"%s\"", expected), .usually = usually, .where = where);
}
