/* Exercise 3.4: what thread_create says yes and no to. */
#include "threads.h"

#include <limits.h>
#include <string.h>

#include <stardust/layout.h>

#include "suites.h"

#define PLACE ((const void *)thread_create)

static void *do_nothing(void *argument)
{
    (void)argument;
    threads_wait_for_ever();
}

static void check_refused(const struct thread_options *options, int expected, const char *what)
{
    struct thread *t = NULL;
    int error = thread_create(&t, options, do_nothing, NULL);

    CHECK(error == expected && t == NULL,
          .rule = "-XEN_EINVAL for options that make no sense, -XEN_ENOMEM without memory "
                  "(stardust/thread.h)",
          .did = text("thread_create with %s returned %d", what, error),
          .expected = text("%d, and no thread", expected),
          .usually = "the options are used before they are looked at", .where = PLACE);
    threads_check_left(0, "it is looked at when the memory is there already", PLACE);
}

static void test_senseless(void)
{
    threads_start();
    check_refused(&(struct thread_options){.priority = 16}, -XEN_EINVAL, "the priority 16");
    check_refused(&(struct thread_options){.priority = -17}, -XEN_EINVAL, "the priority -17");
    check_refused(&(struct thread_options){.priority = 240}, -XEN_EINVAL, "the priority 240");
    check_refused(&(struct thread_options){.stack_size = SIZE_MAX}, -XEN_EINVAL,
                  "a stack of SIZE_MAX bytes");
}

static void test_no_memory(void)
{
    threads_start();
    stacks_refuse(true);
    check_refused(NULL, -XEN_ENOMEM, "no memory left");
    stacks_refuse(false);
    threads_make("later", 0, do_nothing, NULL);
}

static void check_name(const char *given, const char *expected)
{
    struct thread *t = threads_make(given, 0, do_nothing, NULL);

    CHECK(memchr(t->name, '\0', sizeof t->name) != NULL && strcmp(t->name, expected) == 0,
          .rule = "a name is copied, and cut off after THREAD_NAME_SIZE - 1 characters "
                  "(stardust/thread.h)",
          .did = text("\"%s\" became \"%.16s\"", given != NULL ? given : "(no name)", t->name),
          .expected = text("\"%s\"", expected), .usually = "the NUL at the end is not written",
          .where = PLACE);
}

static void test_names(void)
{
    threads_start();
    check_name("short", "short");
    check_name("fifteen letters", "fifteen letters");
    check_name("sixteen letters!", "sixteen letters");
    check_name("a name that is much too long for it", "a name that is ");
    check_name(NULL, "thread");
}

static void test_options(void)
{
    const struct thread_options options = {
        .stack_size = 3 * PAGE_SIZE, .priority = -16, .affinity = 5, .stopped = true};
    struct thread *t, *usual;

    threads_start();
    usual = threads_make("usual", 0, do_nothing, NULL);
    thread_create(&t, &options, do_nothing, NULL);
    CHECK(t->priority == 0 && t->affinity == 5 &&
              (size_t)(t->stack_end - t->stack_start) == 3 * PAGE_SIZE,
          .rule = "a thread is as its options say (stardust/thread.h)",
          .did = text("priority %u, affinity 0x%x, %zu bytes of stack", t->priority, t->affinity,
                      (size_t)(t->stack_end - t->stack_start)),
          .expected = text("0, 0x5, %d", 3 * PAGE_SIZE), .where = PLACE);
    CHECK(usual->priority == THREAD_PRIORITY_DEFAULT && usual->affinity == CPU_MASK_ALL,
          .rule = "0 in an option is the usual value (stardust/thread.h)",
          .did = text("priority %u, affinity 0x%x", usual->priority, usual->affinity),
          .expected = text("%u, 0x%x", THREAD_PRIORITY_DEFAULT, CPU_MASK_ALL), .where = PLACE);
}

/* The smallest stack is one page; the switch fits into it many times over. */
static void test_small_stack(void)
{
    const struct thread_options options = {.name = "small", .stack_size = PAGE_SIZE};

    threads_start();
    CHECK(thread_create(NULL, &options, do_nothing, NULL) == 0, .rule = "a stack may be one page",
          .did = "thread_create refused it", .expected = "0", .where = PLACE);
    threads_run();
    threads_check(PLACE);
}

CU_TestInfo create_tests[] = {
    {"senseless", test_senseless}, {"no_memory", test_no_memory},     {"names", test_names},
    {"options", test_options},     {"small_stack", test_small_stack}, CU_TEST_INFO_NULL,
};
