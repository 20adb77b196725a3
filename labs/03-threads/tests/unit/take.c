/* Exercise 3.2: threads leave a run queue. */
#include "queue.h"

#include <tests/ktap/random.h>

#include "suites.h"

#define ROUNDS 20000

static void start_with(unsigned count)
{
    queue_start();
    for (unsigned i = 0; i < count; i++) {
        queue_add(i);
    }
}

static void test_empty(void)
{
    queue_start();
    queue_take();
    queue_steal(0);
}

static void test_order(void)
{
    start_with(5);
    while (queue_take()) {
    }
}

static void test_highest(void)
{
    queue_start();
    for (unsigned i = 0; i < QUEUE_THREADS; i++) {
        queue_set(i, i * 11 % THREAD_PRIORITIES, CPU_MASK_ALL);
        queue_add(i);
    }
    while (queue_take()) {
    }
}

static void test_again(void)
{
    start_with(3);
    for (unsigned i = 0; i < 10; i++) {
        queue_take();
        queue_add(i % 3);
    }
}

static void test_remove(void)
{
    start_with(5);
    queue_remove(2);
    queue_remove(0);
    queue_remove(4);
    queue_take();
    queue_remove(3);
}

static void test_remove_last(void)
{
    start_with(1);
    queue_remove(0);
    queue_take();
}

static void test_steal(void)
{
    start_with(4);
    queue_set(10, 3, CPU_MASK_ALL);
    queue_add(10);
    queue_set(11, 30, CPU_MASK_ALL);
    queue_add(11);
    while (queue_steal(1)) {
    }
}

/* Who may not run there is left, whatever its priority. */
static void test_affinity(void)
{
    queue_start();
    for (unsigned i = 0; i < 12; i++) {
        queue_set(i, 10 + i / 3, (cpu_mask_t)(i % 4 == 0 ? 0x5 : 0x2));
        queue_add(i);
    }
    queue_steal(3);
    queue_steal(2);
    queue_steal(1);
    while (queue_steal(0)) {
    }
    queue_steal(0);
}

static void test_last_cpu(void)
{
    queue_start();
    queue_set(0, THREAD_PRIORITY_DEFAULT, (cpu_mask_t)1 << (CPUS_MAX - 1));
    queue_add(0);
    queue_steal(0);
    queue_steal(CPUS_MAX - 1);
}

static void move_in(struct random *random, unsigned number)
{
    cpu_mask_t affinity = (cpu_mask_t)random_next(random) & (cpu_mask_t)random_next(random);

    queue_set(number, (unsigned)random_below(random, THREAD_PRIORITIES), affinity | 1);
    if (random_below(random, 3) == 0) {
        queue_add_first(number);
    } else {
        queue_add(number);
    }
}

static void test_random(void)
{
    struct random random = random_start(test_seed());

    queue_start();
    for (unsigned i = 0; i < ROUNDS; i++) {
        unsigned number = (unsigned)random_below(&random, QUEUE_THREADS);
        uint64_t action = random_below(&random, 8);

        if (action == 0) {
            queue_take();
        } else if (action == 1) {
            queue_steal((unsigned)random_below(&random, CPUS_MAX));
        } else if (!queue_has(number)) {
            move_in(&random, number);
        } else if (action < 4) {
            queue_remove(number);
        }
        queue_check_highest();
    }
}

CU_TestInfo take_tests[] = {
    {"empty", test_empty},   {"order", test_order},       {"highest", test_highest},
    {"again", test_again},   {"remove", test_remove},     {"remove_last", test_remove_last},
    {"steal", test_steal},   {"affinity", test_affinity}, {"last_cpu", test_last_cpu},
    {"random", test_random}, CU_TEST_INFO_NULL,
};
