/* Exercise 3.1: threads come into a run queue. */
#include "queue.h"

#include "suites.h"

static void test_one(void)
{
    queue_start();
    queue_add(0);
}

static void test_order(void)
{
    queue_start();
    for (unsigned i = 0; i < 5; i++) {
        queue_add(i);
    }
}

static void test_first(void)
{
    queue_start();
    queue_add_first(0);
    queue_add(1);
    queue_add_first(2);
    queue_add_first(3);
    queue_add(4);
}

/* The ends of the range have bits of their own. */
static void test_priorities(void)
{
    queue_start();
    for (unsigned i = 0; i < QUEUE_THREADS; i++) {
        queue_set(i, i % 2 == 0 ? i / 2 : THREAD_PRIORITIES - 1 - i / 2, CPU_MASK_ALL);
        if (i % 3 == 0) {
            queue_add_first(i);
        } else {
            queue_add(i);
        }
    }
}

static void test_highest(void)
{
    queue_start();
    for (unsigned i = 0; i < QUEUE_THREADS; i++) {
        queue_set(i, (i * 7 + 3) % THREAD_PRIORITIES, CPU_MASK_ALL);
        queue_add(i);
        queue_check_highest();
    }
}

static void test_nobody(void)
{
    queue_start();
    queue_check_highest();
}

/* The lowest priority is one too: its number is 0. */
static void test_lowest(void)
{
    queue_start();
    queue_set(0, 0, CPU_MASK_ALL);
    queue_add(0);
    queue_check_highest();
}

CU_TestInfo add_tests[] = {
    {"one", test_one},         {"order", test_order},
    {"first", test_first},     {"priorities", test_priorities},
    {"highest", test_highest}, {"nobody", test_nobody},
    {"lowest", test_lowest},   CU_TEST_INFO_NULL,
};
