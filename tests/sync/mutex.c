/* Mutexes, in thousands of orders of events. */
#include <string.h>

#include <CUnit/CUnit.h>

#include <stardust/mutex.h>

#include <xen/errno.h>

#include "../tap/tap.h"
#include "explorer.h"

enum { SEEDS = 3000, ROUNDS = 3 };

static struct mutex mutex;
static unsigned inside, taken, late;
static char order[16];

static void setup(void)
{
    memset(&mutex, 0, sizeof mutex);
    inside = taken = late = 0;
    order[0] = '\0';
}

static void setup_recursive(void)
{
    setup();
    mutex_init_recursive(&mutex);
}

/* To be called by who holds it. */
static void be_inside(void)
{
    explorer_check(++inside == 1, "two threads hold the mutex");
    explorer_check(mutex_depth(&mutex) > 0, "who holds it does not own it");
    explorer_point();
    inside--;
    taken++;
}

static void locks(void)
{
    for (int i = 0; i < ROUNDS; i++) {
        mutex_lock(&mutex);
        be_inside();
        mutex_unlock(&mutex);
    }
}

static void locks_in_time(void)
{
    for (int i = 0; i < ROUNDS; i++) {
        if (mutex_lock_until(&mutex, EXPLORER_SOON) == 0) {
            be_inside();
            mutex_unlock(&mutex);
        } else {
            explorer_check(mutex_depth(&mutex) == 0, "late, and the owner all the same");
            late++;
        }
    }
}

static void tries(void)
{
    for (int i = 0; i < ROUNDS; i++) {
        if (mutex_trylock(&mutex)) {
            be_inside();
            mutex_unlock(&mutex);
        }
    }
}

static void locks_twice(void)
{
    for (int i = 0; i < ROUNDS; i++) {
        mutex_lock(&mutex);
        explorer_check(mutex_trylock(&mutex), "a recursive mutex is ours, and cannot be had again");
        be_inside();
        mutex_unlock(&mutex);
        be_inside();
        mutex_unlock(&mutex);
    }
}

static void test_one_at_a_time(void)
{
    static void (*const threads[])(void) = {locks, locks, locks, tries};

    explorer_try(SEEDS, setup, threads, 4);
    CU_ASSERT_EQUAL(mutex.owner, 0);
}

static void test_time_limits(void)
{
    static void (*const threads[])(void) = {locks, locks_in_time, locks_in_time, locks_in_time};

    explorer_try(SEEDS, setup, threads, 4);
    CU_ASSERT_EQUAL(taken + late, 4 * ROUNDS);
    CU_ASSERT_EQUAL(mutex.owner, 0);
}

static void test_recursive(void)
{
    static void (*const threads[])(void) = {locks_twice, locks, locks_twice, locks_in_time};

    explorer_try(SEEDS, setup_recursive, threads, 4);
    CU_ASSERT_EQUAL(mutex.owner, 0);
    CU_ASSERT_EQUAL(mutex.again, 0);
}

static void note_order(void)
{
    size_t length = strlen(order);

    order[length] = (char)('a' + explorer_thread());
    order[length + 1] = '\0';
}

/* The first thread has the mutex; it gives it back, and wants it again at once. */
static void first_in_line(void)
{
    mutex_lock(&mutex);
    explorer_let_others();
    mutex_unlock(&mutex);
    mutex_lock(&mutex);
    note_order();
    mutex_unlock(&mutex);
}

static void waits_in_line(void)
{
    mutex_lock(&mutex);
    note_order();
    mutex_unlock(&mutex);
}

static void test_fair(void)
{
    static void (*const threads[])(void) = {first_in_line, waits_in_line, waits_in_line,
                                            waits_in_line};

    setup();
    explorer_expect(threads, 4, NULL);
    CU_ASSERT_STRING_EQUAL(order, "bcda");
}

static void unlocks_free(void)
{
    mutex_unlock(&mutex);
}

static void unlocks_anothers(void)
{
    explorer_let_others();
    mutex_unlock(&mutex);
}

static void keeps(void)
{
    mutex_lock(&mutex);
}

static void keeps_twice(void)
{
    mutex_lock(&mutex);
    mutex_lock(&mutex);
}

static void unlocks_too_often(void)
{
    locks_twice();
    mutex_unlock(&mutex);
}

static void test_ownership(void)
{
    static void (*const free_one[])(void) = {unlocks_free};
    static void (*const anothers[])(void) = {unlocks_anothers, keeps};
    static void (*const twice[])(void) = {keeps_twice};
    static void (*const too_often[])(void) = {unlocks_too_often};

    setup();
    explorer_expect(free_one, 1,
                    "mutex_unlock: thread \"a\" does not hold the mutex %p: nobody does",
                    (void *)&mutex);
    setup_recursive();
    explorer_expect(too_often, 1,
                    "mutex_unlock: thread \"a\" does not hold the mutex %p: nobody does",
                    (void *)&mutex);
    setup();
    explorer_expect(anothers, 2,
                    "mutex_unlock: thread \"a\" does not hold the mutex %p: thread \"b\" does",
                    (void *)&mutex);
    setup();
    explorer_expect(twice, 1, "mutex_lock: thread \"a\" holds the mutex %p already",
                    (void *)&mutex);
}

static const struct tap_test tests[] = {
    {"one thread at a time holds it, and all get it", test_one_at_a_time},
    {"who is late does not hold it, and leaves nothing behind", test_time_limits},
    {"a recursive one is free when it was unlocked as often as locked", test_recursive},
    {"it goes to those who wait, in the order in which they came", test_fair},
    {"a mistake of ownership names the mutex, its owner and the caller", test_ownership},
};

int main(void)
{
    return TAP_RUN("mutex", tests);
}
