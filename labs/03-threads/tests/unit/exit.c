/* Exercise 3.5: threads end. */
#include "threads.h"

#include <stardust/list.h>

#include "suites.h"

#define PLACE ((const void *)thread_exit)

static unsigned ended;

static void *return_something(void *argument)
{
    ended++;
    return argument;
}

static _Noreturn __attribute__((noinline)) void exit_from_here(void *result)
{
    ended++;
    thread_exit(result);
}

static void *exit_below(void *argument)
{
    exit_from_here(argument);
}

static void start(void)
{
    threads_start();
    ended = 0;
}

static void run_all(void *unused)
{
    (void)unused;
    threads_run();
}

static void run(void)
{
    threads_no_deadlock(run_all, NULL, "a thread that ends is not the last one: others are ready",
                        PLACE);
}

/* Nobody has joined it: its result is still there, and so is its memory. */
static void check_ended(void *(*entry)(void *))
{
    struct thread *t;
    int result;

    start();
    t = threads_make("ends", 0, entry, &result);
    run();
    CHECK(t->ended && t->result == &result,
          .rule = "a thread that has ended says so, and keeps its result until it is joined",
          .did = text("ended is %s, the result %p", t->ended ? "true" : "false", t->result),
          .expected = text("true, %p", (void *)&result),
          .usually = "result or ended is not set before the processor is left", .where = PLACE);
    CHECK(t->state == THREAD_EXITED && !t->queued,
          .rule = "a thread that has ended never runs again",
          .did = text("its state is %d, and it is %squeued", t->state, t->queued ? "" : "not "),
          .expected = "THREAD_EXITED, not queued", .usually = "schedule_exit was not called",
          .where = PLACE);
    threads_check_left(1, "who will join it frees it", PLACE);
}

static void test_returns(void)
{
    check_ended(return_something);
}

static void test_exits(void)
{
    check_ended(exit_below);
}

static void test_detached(void)
{
    start();
    threads_make_detached("ends", return_something, NULL);
    run();
    threads_check_left(0,
                       "a detached thread is freed by schedule.c, which has to be left to "
                       "schedule_exit",
                       PLACE);
}

static void test_detached_many(void)
{
    start();
    for (unsigned i = 0; i < 50; i++) {
        threads_make_detached("ends", i % 2 == 0 ? return_something : exit_below, NULL);
    }
    run();
    CHECK(ended == 50, .rule = "all threads run", .did = text("%u of 50 ended", ended),
          .expected = "50", .where = PLACE);
    threads_check_left(0, "a detached thread is freed when it was left", PLACE);
}

/* As thread_join does, which is the next exercise's. */
static void *wait_for_end(void *argument)
{
    struct thread *t = argument;
    critical_t before = critical_enter();

    spin_lock(&t->lock);
    while (!t->ended) {
        wait_queue_sleep(&t->joiner, &t->lock, NSEC_FOREVER, "a thread's end");
        threads_note(t->ended ? 'e' : '?');
    }
    spin_unlock(&t->lock);
    critical_leave(before);
    threads_wait_for_ever();
}

static void test_wakes(void)
{
    struct thread *t;

    start();
    t = threads_make("ends", -1, return_something, NULL);
    threads_make("waits", 1, wait_for_end, t);
    run();
    threads_check_log("e", "who waits for a thread's end is woken when it has ended, once",
                      "wait_queue_wake_all is missing, or comes before `ended` is set", PLACE);
}

static const void *let_go;

static void end_library(void *library)
{
    struct thread *self = thread_current();

    let_go = library;
    CHECK(!self->ended,
          .rule = "what the C library keeps about a thread is let go of in the thread",
          .did = "ended was set before", .expected = "a thread that runs as any other",
          .usually = "thread_end_library comes after the end", .where = PLACE);
}

static void *have_library(void *argument)
{
    thread_current()->library = argument;
    return NULL;
}

static void test_library(void)
{
    int library;

    start();
    thread_set_library_end(end_library);
    threads_make_detached("library", have_library, &library);
    run();
    CHECK(let_go == &library, .rule = "thread_end_library is called on a thread's way out",
          .did = "it was not", .expected = "the function gets what the thread kept",
          .where = PLACE);
}

/* Preemption is disabled while a lock is held: then schedule.c refuses to leave. */
static void test_order(void)
{
    start();
    threads_make_detached("A", return_something, NULL);
    threads_make("B", 0, exit_below, NULL);
    threads_make_detached("C", exit_below, NULL);
    run();
    CHECK(ended == 3, .rule = "when a thread ends the next one runs",
          .did = text("%u of 3 threads ended", ended), .expected = "3",
          .usually = "a lock is held on the way out", .where = PLACE);
    threads_check_left(1, "B was not joined", PLACE);
}

CU_TestInfo exit_tests[] = {
    {"returns", test_returns},   {"exits", test_exits},
    {"detached", test_detached}, {"detached_many", test_detached_many},
    {"wakes", test_wakes},       {"library", test_library},
    {"order", test_order},       CU_TEST_INFO_NULL,
};
