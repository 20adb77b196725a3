/* Exercise 3.6: waiting for a thread's end. */
#include "threads.h"

#include <stardust/timer.h>

#include "suites.h"

#define PLACE ((const void *)thread_join)

/* Somebody who joins, and what came of it. */
struct joining {
    struct thread *thread;
    void *result;
    int error;
};

static void join(void *data)
{
    struct joining *j = data;

    j->error = thread_join(j->thread, &j->result, NSEC_FOREVER);
    threads_check(PLACE);
}

static void *join_in_thread(void *argument)
{
    join(argument);
    threads_note('j');
    return NULL;
}

static void join_here(struct joining *j)
{
    threads_no_deadlock(join, j, "the thread to be joined has ended, or would if it ran", PLACE);
}

static void check_joined(const struct joining *j, const void *result)
{
    CHECK(j->error == 0 && j->result == result,
          .rule = "thread_join returns 0, with what the thread's function returned",
          .did = text("returned %d, the result %p", j->error, j->result),
          .expected = text("0, %p", result),
          .usually = "the result is read from elsewhere, or not at all", .where = PLACE);
}

static void check_error(int error, int expected, const char *what, const char *usually)
{
    CHECK(error == expected, .rule = "who may not join is told so (stardust/thread.h)",
          .did = text("joining %s returned %d", what, error), .expected = text("%d", expected),
          .usually = usually, .where = PLACE);
    threads_check(PLACE);
}

static void *return_argument(void *argument)
{
    threads_note('r');
    return argument;
}

static void *yield_often(void *argument)
{
    for (unsigned i = 0; i < 10; i++) {
        thread_yield();
    }
    return argument;
}

static void *wait_for_ever(void *argument)
{
    (void)argument;
    threads_wait_for_ever();
}

static void test_before(void)
{
    struct joining j = {.error = 1};

    threads_start();
    j.thread = threads_make("ends", 0, yield_often, &j);
    join_here(&j);
    check_joined(&j, &j);
    threads_check_left(0, "who joins frees the thread", PLACE);
}

static void test_after(void)
{
    struct joining j = {.error = 1};

    threads_start();
    j.thread = threads_make("ends", 0, return_argument, &j);
    threads_run();
    threads_check_log("r", "a thread runs when others yield", NULL, PLACE);
    join_here(&j);
    check_joined(&j, &j);
    threads_check_left(0, "one that has ended is freed too", PLACE);
}

static void test_no_result(void)
{
    struct thread *t;

    threads_start();
    t = threads_make("ends", 0, return_argument, NULL);
    threads_run();
    CHECK(thread_join(t, NULL, NSEC_FOREVER) == 0, .rule = "`result` may be NULL",
          .did = "thread_join failed", .expected = "0", .where = PLACE);
    threads_check_left(0, "it is freed all the same", PLACE);
}

/* Waits long enough for others to be woken for nothing. */
static void test_woken_for_nothing(void)
{
    struct joining j = {.error = 1};
    struct thread *joiner;

    threads_start();
    j.thread = threads_make("ends", -3, yield_often, &j);
    joiner = threads_make("joins", 3, join_in_thread, &j);
    thread_current()->priority = THREAD_PRIORITY_DEFAULT;
    thread_yield();
    CHECK(joiner->state == THREAD_WAITING, .rule = "thread_join sleeps until the thread has ended",
          .did = "it does not sleep", .expected = "THREAD_WAITING", .where = PLACE);
    spin_lock(&j.thread->lock);
    wait_queue_wake_all(&j.thread->joiner);
    spin_unlock(&j.thread->lock);
    thread_yield();
    CHECK(joiner->state == THREAD_WAITING,
          .rule = "who was woken looks whether what it waits for has come, and sleeps again if not",
          .did = "thread_join went on before the thread had ended", .expected = "THREAD_WAITING",
          .usually = "`if` where `while` is needed", .where = PLACE);
    thread_current()->priority = 0;
    threads_run();
    check_joined(&j, &j);
}

static void test_self(void)
{
    struct joining j = {.error = 1};

    threads_start();
    j.thread = thread_current();
    join_here(&j);
    check_error(j.error, -XEN_EDEADLK, "oneself", "the caller would wait for itself");
}

static void test_twice(void)
{
    struct joining first = {.error = 1}, second = {.error = 1};

    threads_start();
    first.thread = second.thread = threads_make("ends", -5, yield_often, &first);
    threads_make_detached("joins", join_in_thread, &first);
    threads_make_detached("joins too", join_in_thread, &second);
    threads_no_deadlock((void (*)(void *))threads_run, NULL, "the first one is woken", PLACE);
    check_error(second.error, -XEN_EINVAL, "a thread that somebody else joins",
                "`joining` is not looked at, or not set");
    check_joined(&first, &first);
    threads_check_left(0, "it is freed once", PLACE);
}

static void test_detached(void)
{
    struct thread *t;

    threads_start();
    t = threads_make("detached", 0, wait_for_ever, NULL);
    thread_detach(t);
    check_error(thread_join(t, NULL, NSEC_FOREVER), -XEN_EINVAL, "a detached thread",
                "`detached` is not looked at");
    threads_check_left(1, "it still runs", PLACE);
}

static struct timer *started;
static unsigned cancelled;

static void note_start(struct timer *timer, nsec_t deadline)
{
    (void)deadline;
    started = timer;
}

static bool note_cancel(struct timer *timer)
{
    (void)timer;
    cancelled++;
    return false;
}

static void *join_until(void *argument)
{
    struct joining *j = argument;

    j->error = thread_join(j->thread, &j->result, NSEC_FOREVER - 1);
    threads_check(PLACE);
    return NULL;
}

static void start_until(struct joining *j)
{
    static const struct wait_timers timers = {note_start, note_cancel};

    threads_start();
    wait_set_timers(&timers);
    started = NULL;
    j->error = 1;
    j->thread = threads_make("ends", -8, wait_for_ever, NULL);
    threads_make_detached("joins", join_until, j);
    thread_yield();
    CHECK(started != NULL, .rule = "thread_join waits until `deadline`: see wait.h",
          .did = "waited without a time limit", .expected = "the deadline for wait_queue_sleep",
          .usually = "NSEC_FOREVER was given in place of it", .where = PLACE);
}

/* The time is over: then the thread is as before, and may be joined or detached. */
static void test_deadline(void)
{
    struct joining j;

    start_until(&j);
    started->function(started);
    threads_run();
    check_error(j.error, -XEN_ETIMEDOUT, "a thread that runs on, for a time that is over",
                "the error of wait_queue_sleep is lost");
    CHECK(thread_detach(j.thread) == 0, .rule = "after -XEN_ETIMEDOUT the thread is as before",
          .did = "thread_detach refused it", .expected = "0", .usually = "`joining` is still set",
          .where = PLACE);
}

/* It ended, and the time was over, before whoever joins got to run. */
static void test_deadline_and_end(void)
{
    struct joining j;

    start_until(&j);
    spin_lock(&j.thread->lock);
    j.thread->ended = true;
    j.thread->result = &j;
    j.thread->state = THREAD_EXITED;
    j.thread->gone = true;
    spin_unlock(&j.thread->lock);
    started->function(started);
    threads_run();
    check_joined(&j, &j);
}

CU_TestInfo join_tests[] = {
    {"before", test_before},
    {"after", test_after},
    {"no_result", test_no_result},
    {"woken_for_nothing", test_woken_for_nothing},
    {"self", test_self},
    {"twice", test_twice},
    {"detached", test_detached},
    {"deadline", test_deadline},
    {"deadline_and_end", test_deadline_and_end},
    CU_TEST_INFO_NULL,
};
