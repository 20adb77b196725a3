/* Everything that may happen, in any order. */
#include "suites.h"

#include <CUnit/CUnit.h>

#include <tests/ktap/random.h>

#include "around.h"

enum { SEEDS = 300, STEPS = 80, NUMBERS = 6 };

static struct random numbers;

static void happen(void)
{
    unsigned number = (unsigned)random_below(&numbers, NUMBERS);

    switch (random_below(&numbers, 14)) {
    case 0:
        attach(number);
        break;
    case 1:
        store_take(front_node(number, ""));
        break;
    case 2:
        store_take(back_node(number, ""));
        break;
    case 3:
        store_put(back_node(number, "state"), "%u", (unsigned)random_below(&numbers, 11));
        break;
    case 4:
        store_put(front_node(number, "backend"), "%s",
                  back_node((unsigned)random_below(&numbers, NUMBERS), ""));
        break;
    case 5:
        store_take(front_node(number, "backend"));
        break;
    case 6:
        if (device_of(number) != NULL) {
            random_below(&numbers, 2) ? xenbus_close(device_of(number))
                                      : xenbus_reconnect(device_of(number));
        }
        break;
    case 7:
        store_conflict((unsigned)random_below(&numbers, 3));
        break;
    case 8:
        connect_error = -(int)random_below(&numbers, 2);
        connected_error = -(int)random_below(&numbers, 2);
        probe_error = random_below(&numbers, 8) == 0 ? -XEN_ENOMEM : 0;
        break;
    case 9:
        xenbus_suspend();
        xenbus_resume(true);
        break;
    default:
        random_below(&numbers, 2) ? settle() : (void)backend_looks(number);
    }
}

void any_order(void)
{
    for (unsigned seed = 0; seed < SEEDS; seed++) {
        numbers = random_start(seed);
        begin();
        for (unsigned step = 0; step < STEPS; step++) {
            happen();
        }
        begin();
        for (unsigned number = 0; number < NUMBERS; number++) {
            attach(number);
        }
        settle_all();
        for (unsigned number = 0; number < NUMBERS; number++) {
            check_connected(number);
        }
        check_nothing_left();
    }
}
