/* Semaphores, in thousands of orders of events. */
#include <string.h>

#include <CUnit/CUnit.h>

#include <stardust/semaphore.h>

#include "../tap/tap.h"
#include "explorer.h"

enum { SEEDS = 3000, UNITS = 2, ROUNDS = 3 };

static struct semaphore semaphore;
static unsigned inside;
static char order[16];

static void setup(void)
{
    semaphore_init(&semaphore, UNITS);
    inside = 0;
    memset(order, 0, sizeof order);
}

static void use_and_give_back(void)
{
    explorer_check(++inside <= UNITS, "more units are in use than there are");
    explorer_point();
    inside--;
    semaphore_up(&semaphore);
}

static void take(void)
{
    for (int i = 0; i < ROUNDS; i++) {
        explorer_check(semaphore_down(&semaphore, NSEC_FOREVER) == 0, "down without a limit fails");
        use_and_give_back();
    }
}

static void take_in_time(void)
{
    for (int i = 0; i < ROUNDS; i++) {
        if (semaphore_down(&semaphore, EXPLORER_SOON) == 0) {
            use_and_give_back();
        }
    }
}

static void try_to_take(void)
{
    for (int i = 0; i < ROUNDS; i++) {
        if (semaphore_trydown(&semaphore)) {
            use_and_give_back();
        }
    }
}

static void test_units(void)
{
    static void (*const threads[])(void) = {take, take, take, take, try_to_take};

    explorer_try(SEEDS, setup, threads, 5);
    CU_ASSERT_EQUAL(semaphore.units, UNITS);
}

static void test_time_limits(void)
{
    static void (*const threads[])(void) = {take, take_in_time, take_in_time, take_in_time, take};

    explorer_try(SEEDS, setup, threads, 5);
    CU_ASSERT_EQUAL(semaphore.units, UNITS);
}

static void wait_in_line(void)
{
    semaphore_down(&semaphore, NSEC_FOREVER);
    order[strlen(order)] = (char)('a' + explorer_thread());
}

/* Gives units back, and tries to overtake those who wait. */
static void give_in_line(void)
{
    explorer_let_others();
    for (int i = 0; i < 3; i++) {
        semaphore_up(&semaphore);
        explorer_check(!semaphore_trydown(&semaphore), "somebody overtook a waiter");
        explorer_let_others();
    }
}

static void test_in_line(void)
{
    static void (*const threads[])(void) = {wait_in_line, wait_in_line, wait_in_line, give_in_line};

    setup();
    semaphore = (struct semaphore)SEMAPHORE(0);
    explorer_expect(threads, 4, NULL);
    CU_ASSERT_STRING_EQUAL(order, "abc");
    CU_ASSERT_EQUAL(semaphore.units, 0);
}

static const struct tap_test tests[] = {
    {"no more units are in use than there are, and all get one", test_units},
    {"no unit is lost when time is over", test_time_limits},
    {"units go to those who wait, in the order in which they came", test_in_line},
};

int main(void)
{
    return TAP_RUN("semaphore", tests);
}
