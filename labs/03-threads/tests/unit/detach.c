/* Exercise 3.6: threads that nobody joins. */
#include "threads.h"

#include "suites.h"

#define PLACE ((const void *)thread_detach)

static void *end_at_once(void *argument)
{
    return argument;
}

static void check_detached(int error, int expected, const char *what, const char *usually)
{
    CHECK(error == expected,
          .rule = "thread_detach returns 0; -XEN_EINVAL for a thread that is detached or joined "
                  "(stardust/thread.h)",
          .did = text("detaching %s returned %d", what, error), .expected = text("%d", expected),
          .usually = usually, .where = PLACE);
    threads_check(PLACE);
}

static void test_before(void)
{
    struct thread *t;

    threads_start();
    t = threads_make("ends later", 0, end_at_once, NULL);
    check_detached(thread_detach(t), 0, "a thread that has not run yet", NULL);
    threads_check_left(1, "it was freed before it has ended", PLACE);
    threads_run();
    threads_check_left(0, "a detached thread is freed when it ends", PLACE);
}

static void test_after(void)
{
    struct thread *t;

    threads_start();
    t = threads_make("has ended", 0, end_at_once, NULL);
    threads_run();
    check_detached(thread_detach(t), 0, "a thread that has ended", NULL);
    threads_check_left(0,
                       "a thread that has ended already is freed by who detaches it: nobody else "
                       "comes by",
                       PLACE);
}

static void *detach_oneself(void *argument)
{
    *(int *)argument = thread_detach(thread_current());
    thread_yield();
    return NULL;
}

static void test_oneself(void)
{
    int error = 1;

    threads_start();
    threads_make("detaches itself", 0, detach_oneself, &error);
    threads_run();
    check_detached(error, 0, "oneself", NULL);
    threads_check_left(0, "it is freed when it ends", PLACE);
}

static void test_twice(void)
{
    struct thread *t;

    threads_start();
    t = threads_make("detached", 0, end_at_once, NULL);
    thread_detach(t);
    check_detached(thread_detach(t), -XEN_EINVAL, "a thread twice", "`detached` is not looked at");
    threads_run();
    threads_check_left(0, "it is freed once", PLACE);
}

static void *join_it(void *argument)
{
    int error = thread_join(argument, NULL, NSEC_FOREVER);

    threads_note(error == 0 ? 'j' : 'e');
    return NULL;
}

static void test_joined(void)
{
    struct thread *t;

    threads_start();
    t = threads_make("is joined", -4, end_at_once, NULL);
    threads_make_detached("joins", join_it, t);
    thread_current()->priority = THREAD_PRIORITY_DEFAULT;
    thread_yield();
    check_detached(thread_detach(t), -XEN_EINVAL, "a thread that somebody joins",
                   "`joining` is not looked at");
    thread_current()->priority = 0;
    threads_run();
    threads_check_log("j", "who joins is not disturbed by who tries to detach", NULL, PLACE);
    threads_check_left(0, "it is freed once", PLACE);
}

CU_TestInfo detach_tests[] = {
    {"before", test_before}, {"after", test_after},   {"oneself", test_oneself},
    {"twice", test_twice},   {"joined", test_joined}, CU_TEST_INFO_NULL,
};
