/* Condition variables, in thousands of orders of events. */
#include <string.h>

#include <CUnit/CUnit.h>

#include <stardust/condition.h>
#include <stardust/mutex.h>

#include <xen/errno.h>

#include "../tap/tap.h"
#include "explorer.h"

enum { SEEDS = 3000, ITEMS = 4, ROOM = 2 };

static struct mutex mutex;
static struct condition filled, emptied;
static unsigned items, made, used, woken;
static bool go;
static char order[16];

static void setup(void)
{
    memset(&mutex, 0, sizeof mutex);
    memset(&filled, 0, sizeof filled);
    memset(&emptied, 0, sizeof emptied);
    items = made = used = woken = 0;
    go = false;
    order[0] = '\0';
}

static void setup_recursive(void)
{
    setup();
    mutex_init_recursive(&mutex);
}

static void produce(void)
{
    for (int i = 0; i < ITEMS; i++) {
        mutex_lock(&mutex);
        while (items == ROOM) {
            condition_wait(&emptied, &mutex, NSEC_FOREVER);
        }
        items++;
        made++;
        mutex_unlock(&mutex);
        condition_signal(&filled);
    }
}

static void consume(void)
{
    for (int i = 0; i < ITEMS; i++) {
        mutex_lock(&mutex);
        while (items == 0) {
            condition_wait(&filled, &mutex, NSEC_FOREVER);
        }
        items--;
        used++;
        condition_signal(&emptied);
        mutex_unlock(&mutex);
    }
}

/* Time limits come in between; a signal must not end with somebody who was late. */
static void consume_impatiently(void)
{
    for (int i = 0; i < ITEMS; i++) {
        mutex_lock(&mutex);
        while (items == 0) {
            if (condition_wait(&filled, &mutex, EXPLORER_SOON) != 0) {
                explorer_check(mutex_depth(&mutex) == 1, "late, and without the mutex");
            }
        }
        items--;
        used++;
        mutex_unlock(&mutex);
        condition_signal(&emptied);
    }
}

static void test_items(void)
{
    static void (*const threads[])(void) = {produce, produce, consume, consume};

    explorer_try(SEEDS, setup, threads, 4);
    CU_ASSERT_EQUAL(made, 2 * ITEMS);
    CU_ASSERT_EQUAL(used, 2 * ITEMS);
    explorer_try(SEEDS, setup_recursive, threads, 4);
}

static void test_time_limits(void)
{
    static void (*const threads[])(void) = {produce, produce, consume, consume_impatiently};

    explorer_try(SEEDS, setup, threads, 4);
}

static void wait_to_go(void)
{
    mutex_lock(&mutex);
    while (!go) {
        condition_wait(&filled, &mutex, NSEC_FOREVER);
    }
    woken++;
    mutex_unlock(&mutex);
}

static void let_go(void)
{
    mutex_lock(&mutex);
    go = true;
    mutex_unlock(&mutex);
    condition_broadcast(&filled);
}

static void test_broadcast(void)
{
    static void (*const threads[])(void) = {wait_to_go, wait_to_go, let_go, wait_to_go, wait_to_go};

    explorer_try(SEEDS, setup, threads, 5);
    CU_ASSERT_EQUAL(woken, 4);
}

/* Without a predicate: in the order of creation all three wait before anybody signals. */
static void wait_in_line(void)
{
    mutex_lock(&mutex);
    condition_wait(&filled, &mutex, NSEC_FOREVER);
    order[strlen(order)] = (char)('a' + explorer_thread());
    mutex_unlock(&mutex);
}

static void signal_one_by_one(void)
{
    for (int i = 0; i < 3; i++) {
        explorer_check(strlen(order) == (size_t)i, "a signal wakes more threads than one");
        condition_signal(&filled);
        explorer_let_others();
    }
}

static void test_in_line(void)
{
    static void (*const threads[])(void) = {wait_in_line, wait_in_line, wait_in_line,
                                            signal_one_by_one};

    setup();
    memset(order, 0, sizeof order);
    explorer_expect(threads, 4, NULL);
    CU_ASSERT_STRING_EQUAL(order, "abc");
}

static void wait_without(void)
{
    condition_wait(&filled, &mutex, NSEC_FOREVER);
}

static void wait_with_twice(void)
{
    mutex_lock(&mutex);
    mutex_lock(&mutex);
    condition_wait(&filled, &mutex, NSEC_FOREVER);
}

static void wait_for_nothing(void)
{
    mutex_lock(&mutex);
    explorer_check(condition_wait(&filled, &mutex, EXPLORER_SOON) == -XEN_ETIMEDOUT,
                   "nobody signalled, and the time was over");
    explorer_check(condition_wait(&filled, &mutex, 0) == -XEN_ETIMEDOUT, "a time that is past");
    mutex_unlock(&mutex);
}

static void test_mistakes(void)
{
    static void (*const without[])(void) = {wait_without};
    static void (*const twice[])(void) = {wait_with_twice};
    static void (*const alone[])(void) = {wait_for_nothing};

    setup_recursive();
    explorer_expect(without, 1,
                    "condition_wait: thread \"a\" has locked the mutex %p 0 times, not once",
                    (void *)&mutex);
    explorer_expect(twice, 1,
                    "condition_wait: thread \"a\" has locked the mutex %p 2 times, not once",
                    (void *)&mutex);
    setup();
    explorer_expect(alone, 1, NULL);
}

static const struct tap_test tests[] = {
    {"no wake-up is lost between producers and consumers", test_items},
    {"nor by those whose time is over", test_time_limits},
    {"a broadcast wakes all", test_broadcast},
    {"a signal wakes the one who has waited longest", test_in_line},
    {"the mutex must be locked once; without a signal only time ends the wait", test_mistakes},
};

int main(void)
{
    return TAP_RUN("condition", tests);
}
