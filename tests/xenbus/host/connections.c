/* Connections begin, end, and begin again. */
#include "suites.h"

#include <string.h>

#include <CUnit/CUnit.h>

#include "around.h"

/* What stands in a backend's state may be anything: no device may be lost by it. */
void states_that_are_none(void)
{
    static const char *const states[] = {
        "", "9", "-1", "4x", " 4", "0x", "4294967300", "18446744073709551620", "\xff"};

    begin();
    attach(0);
    for (unsigned i = 0; i < sizeof states / sizeof states[0]; i++) {
        store_put(back_node(0, "state"), "%d", XenbusStateInitWait);
        settle_all();
        check_connected(0);
        store_put(back_node(0, "state"), "%s", states[i]);
        settle();
        CU_ASSERT(!record_of(0)->in_use);
        CU_ASSERT_EQUAL(grants_given, 0);
        CU_ASSERT_EQUAL(front_state(0), XenbusStateInitialising);
    }
    check_nothing_left();
}

void close_and_reconnect(void)
{
    begin();
    attach(0);
    settle_all();
    xenbus_fail(device_of(0), "said %u", 42);
    CU_ASSERT_STRING_EQUAL(printed(), "test/0: said 42; closed\n");
    settle_all();
    CU_ASSERT_EQUAL(front_state(0), XenbusStateClosed);
    CU_ASSERT_EQUAL(grants_given + ports_open, 0);
    store_put(back_node(0, "state"), "%d", XenbusStateInitWait);
    settle();
    CU_ASSERT_EQUAL(front_state(0), XenbusStateClosed);
    xenbus_reconnect(device_of(0));
    settle_all();
    check_connected(0);
    xenbus_close(device_of(0));
    xenbus_reconnect(device_of(0));
    settle_all();
    check_connected(0);
    CU_ASSERT_EQUAL(record_of(0)->connects, 3);
    check_nothing_left();
}

/* What a thread of the old connection held against it comes late. */
void close_of_an_old_connection(void)
{
    begin();
    attach(0);
    settle_all();
    store_put(back_node(0, "state"), "%d", XenbusStateInitWait);
    store_fire();
    xenbus_round();
    CU_ASSERT_EQUAL(front_state(0), XenbusStateInitialised);
    settle_all();
    check_connected(0);
    xenbus_suspend();
    device_of(0)->wish = XENBUS_WISH_CLOSE;
    xenbus_enter(device_of(0), XenbusStateInitialising);
    CU_ASSERT_EQUAL(device_of(0)->wish, XENBUS_NO_WISH);
    device_of(0)->wish = XENBUS_WISH_RECONNECT;
    xenbus_enter(device_of(0), XenbusStateInitialising);
    CU_ASSERT_EQUAL(device_of(0)->wish, XENBUS_WISH_RECONNECT);
    xenbus_resume(true);
    check_nothing_left();
}

void unwanted(void)
{
    begin();
    probe_error = -XEN_ENOMEM;
    attach(0);
    settle_all();
    CU_ASSERT_EQUAL(devices_there, 0);
    CU_ASSERT_EQUAL(front_state(0), XenbusStateInitialising);
    probe_error = 0;
    attach(1);
    settle_all();
    check_connected(1);
    CU_ASSERT_EQUAL(devices_there, 1);
    check_nothing_left();
    connect_error = -XEN_ENOMEM;
    attach(0);
    settle_all();
    CU_ASSERT_EQUAL(front_state(0), XenbusStateClosed);
    CU_ASSERT_PTR_NOT_NULL(strstr(printed(), "test/0: cannot connect (error -12); closed\n"));
    check_nothing_left();
    connected_error = -XEN_EINVAL;
    attach(0);
    settle_all();
    CU_ASSERT_EQUAL(front_state(0), XenbusStateClosed);
    CU_ASSERT_EQUAL(record_of(0)->stops, 0);
    check_nothing_left();
}

/* Another backend, in another place: the device stays, and connects to that. */
void backend_moves(void)
{
    begin();
    attach(0);
    settle_all();
    store_take(back_node(0, ""));
    store_put("/local/domain/9/backend/test/7/0/state", "%d", XenbusStateInitWait);
    store_put(front_node(0, "backend"), "/local/domain/9/backend/test/7/0");
    store_put(front_node(0, "backend-id"), "9");
    settle();
    CU_ASSERT_EQUAL(record_of(0)->connects, 2);
    CU_ASSERT_EQUAL(last_domain, 9);
    CU_ASSERT_EQUAL(front_state(0), XenbusStateInitialised);
    CU_ASSERT_EQUAL(store_watches(), 2);
    check_nothing_left();
}

void suspended(void)
{
    begin();
    attach(0);
    attach(1);
    settle_all();
    xenbus_close(device_of(1));
    settle_all();
    xenbus_suspend();
    xenbus_resume(true);
    settle_all();
    check_connected(0);
    CU_ASSERT_EQUAL(record_of(0)->connects, 1);
    CU_ASSERT_EQUAL(front_state(1), XenbusStateClosed);
    xenbus_suspend();
    /* Another domain with the same memory: the toolstack has made both sides anew, and ports mean nothing. */
    attach(0);
    attach(1);
    store_put(front_node(0, "backend"), BACKEND "2");
    store_put(back_node(2, "state"), "%d", XenbusStateInitWait);
    xenbus_resume(false);
    CU_ASSERT_EQUAL(grants_given, 0);
    CU_ASSERT_EQUAL(ports_open, 1);
    settle();
    store_put(back_node(2, "state"), "%d", XenbusStateConnected);
    settle_all();
    CU_ASSERT_EQUAL(front_state(0), XenbusStateConnected);
    CU_ASSERT_EQUAL(record_of(0)->connects, 2);
    check_connected(1);
    /* It was closed for good in the life before; that is over. */
    store_put(back_node(1, "state"), "%d", XenbusStateClosing);
    settle_all();
    check_connected(1);
    ports_of_another_life(1);
    check_nothing_left();
}
