/* Devices come and go, in a xenstore and with backends that may write anything. */
#include <stdio.h>
#include <string.h>

#include <CUnit/CUnit.h>

#include <tests/ktap/random.h>
#include <tests/tap/tap.h>

#include "around.h"

enum { SEEDS = 300, STEPS = 80, NUMBERS = 6 };

static void check_connected(unsigned number)
{
    CU_ASSERT_PTR_NOT_NULL_FATAL(device_of(number));
    CU_ASSERT_EQUAL(front_state(number), XenbusStateConnected);
    CU_ASSERT_EQUAL(back_state(number), XenbusStateConnected);
    CU_ASSERT(record_of(number)->in_use);
}

static void come_and_go(void)
{
    begin();
    attach(0);
    settle_all();
    check_connected(0);
    attach(5);
    settle_all();
    check_connected(0);
    check_connected(5);
    CU_ASSERT_STRING_EQUAL(store_get(front_node(5, "ring-ref")), "10");
    store_take(front_node(0, ""));
    settle();
    CU_ASSERT_PTR_NULL(device_of(0));
    check_connected(5);
    CU_ASSERT_EQUAL(devices_there, 1);
    check_nothing_left();
}

static void names_that_are_none(void)
{
    static const char *const names[] = {"x",
                                        "01",
                                        "00",
                                        "-1",
                                        "+1",
                                        "1 ",
                                        " 1",
                                        "1x",
                                        "4294967296",
                                        "18446744073709551616",
                                        "99999999999999999999999999"};

    begin();
    for (unsigned i = 0; i < sizeof names / sizeof names[0]; i++) {
        char path[128];

        snprintf(path, sizeof path, HOME "device/test/%s/backend", names[i]);
        store_put(path, BACKEND "0");
        snprintf(path, sizeof path, HOME "device/test/%s/backend-id", names[i]);
        store_put(path, "3");
    }
    settle_all();
    CU_ASSERT_EQUAL(devices_there, 0);
    attach(4294967295U);
    settle();
    CU_ASSERT_EQUAL(devices_there, 1);
    check_nothing_left();
}

static void refuse_backend(const char *name, const char *value, size_t length)
{
    begin();
    attach(1);
    store_put_bytes(front_node(1, name), value, length);
    settle_all();
    CU_ASSERT_EQUAL(devices_there, 0);
    check_nothing_left();
}

static void backends_that_are_none(void)
{
    char longest[XENBUS_BACKEND_SIZE + 10];

    memset(longest, 'a', sizeof longest);
    longest[0] = '/';
    refuse_backend("backend", longest, XENBUS_BACKEND_SIZE);
    refuse_backend("backend", longest, XENBUS_BACKEND_SIZE - strlen(XENBUS_STATE_NODE));
    refuse_backend("backend", "", 0);
    refuse_backend("backend", "backend/test/7/1", 16);
    refuse_backend("backend", "/local/domain/3\0/x", 18);
    refuse_backend("backend-id", "32752", 5); /* DOMID_FIRST_RESERVED */
    refuse_backend("backend-id", "4294967299", 10);
    refuse_backend("backend-id", "-3", 2);
    refuse_backend("backend-id", "", 0);
    begin();
    attach(1);
    store_take(front_node(1, "backend-id"));
    settle_all();
    CU_ASSERT_EQUAL(devices_there, 0);
    store_put(front_node(1, "backend-id"), "32751");
    settle_all();
    check_connected(1);
    CU_ASSERT_EQUAL(last_domain, 32751);
    check_nothing_left();
}

static void too_many(void)
{
    begin();
    for (unsigned i = 0; i <= XENBUS_DEVICES_MAX; i++) {
        store_put(front_node(i, "backend"), BACKEND "0");
        store_put(front_node(i, "backend-id"), "3");
    }
    settle();
    CU_ASSERT_EQUAL(devices_there, XENBUS_DEVICES_MAX);
    CU_ASSERT_PTR_NOT_NULL(strstr(printed(), "no room"));
    check_nothing_left();
}

/* What stands in a backend's state may be anything: no device may be lost by it. */
static void states_that_are_none(void)
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

static unsigned unpublished;

/* Others see the state, and all that it tells of, at once or not at all. */
static void look_at_nodes(void)
{
    bool published = front_state(0) == XenbusStateInitialised;

    CU_ASSERT(!published || (store_get(front_node(0, "ring-ref")) != NULL &&
                             store_get(front_node(0, "event-channel")) != NULL));
    unpublished += !published;
}

static void published_at_once(void)
{
    begin();
    attach(0);
    unpublished = 0;
    store_before_commit = store_after_commit = look_at_nodes;
    store_conflict(3);
    settle();
    CU_ASSERT_EQUAL(front_state(0), XenbusStateInitialised);
    CU_ASSERT(unpublished > 0);
    settle_all();
    check_connected(0);
    check_nothing_left();
}

static void take_folder(void)
{
    store_before_commit = NULL;
    store_take(front_node(0, ""));
}

/* The toolstack removes the folder while something is to be written there: it must not come to life by that. */
static void never_written_into_the_void(void)
{
    for (unsigned i = 0; i < 5; i++) {
        begin();
        attach(0);
        for (unsigned round = 0; round < i; round++) {
            store_fire();
            xenbus_round();
            backend_looks(0);
        }
        store_before_commit = take_folder;
        if (device_of(0) != NULL) {
            xenbus_close(device_of(0));
        }
        settle();
        store_before_commit = NULL;
        CU_ASSERT_PTR_NULL(store_get(front_node(0, "state")));
        CU_ASSERT_PTR_NULL(store_get(front_node(0, "ring-ref")));
        check_nothing_left();
    }
}

static void close_and_reconnect(void)
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
static void close_of_an_old_connection(void)
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

static void unwanted(void)
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
static void backend_moves(void)
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

static void suspended(void)
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

/* However many events come, there is one look for all of them. */
static void storms_are_one_look(void)
{
    unsigned before;

    begin();
    attach(0);
    settle_all();
    before = store_requests;
    for (unsigned i = 0; i < 1000; i++) {
        store_put(back_node(0, "state"), "%d", XenbusStateConnected);
        store_put(front_node(0, "something"), "%u", i);
        store_fire();
    }
    settle();
    CU_ASSERT(store_requests - before < 10);
    check_connected(0);
    check_nothing_left();
}

static void offers_change(void)
{
    begin();
    attach(0);
    store_put(back_node(0, "offer"), "5");
    settle_all();
    store_put(back_node(0, "offer"), "7");
    store_put(back_node(0, "state"), "%d", XenbusStateConnected);
    settle();
    CU_ASSERT_EQUAL(record_of(0)->offer, 7);
    store_put(back_node(0, "offer"), "1001");
    store_put(back_node(0, "state"), "%d", XenbusStateReconfigured);
    settle();
    CU_ASSERT_EQUAL(record_of(0)->offer, 7);
    check_nothing_left();
}

static void negotiating(void)
{
    uint64_t number = 1;
    struct xenbus_device *device;

    begin();
    attach(0);
    settle_all();
    device = device_of(0);
    CU_ASSERT(xenbus_read_flag(device, "feature-x", true));
    CU_ASSERT(!xenbus_read_flag(device, "feature-x", false));
    store_put(back_node(0, "feature-x"), "0");
    CU_ASSERT(!xenbus_read_flag(device, "feature-x", true));
    store_put(back_node(0, "feature-x"), "2");
    CU_ASSERT(xenbus_read_flag(device, "feature-x", false));
    store_put(back_node(0, "feature-x"), "yes");
    CU_ASSERT(!xenbus_read_flag(device, "feature-x", false));
    CU_ASSERT_EQUAL(xenbus_read_number(device, "feature-x", 0, 9, &number), -XEN_EINVAL);
    CU_ASSERT_EQUAL(xenbus_read_number(device, "none", 0, 9, &number), -XEN_ENOENT);
    store_put(back_node(0, "n"), "10");
    CU_ASSERT_EQUAL(xenbus_read_number(device, "n", 0, 9, &number), -XEN_ERANGE);
    CU_ASSERT_EQUAL(xenbus_read_number(device, "n", 11, 12, &number), -XEN_ERANGE);
    CU_ASSERT_EQUAL(number, 1);
    CU_ASSERT_EQUAL(xenbus_read_number(device, "n", 10, 10, &number), 0);
    CU_ASSERT_EQUAL(number, 10);
    check_nothing_left();
}

static void links(void)
{
    struct xenbus_device device = {.backend_domain = 4};
    struct xenbus_link link;

    begin();
    CU_ASSERT_EQUAL(xenbus_link_open(&device, &link, XENBUS_LINK_PAGES + 1, NULL, NULL),
                    -XEN_EINVAL);
    xenbus_link_close(&link);
    CU_ASSERT_EQUAL(xenbus_link_open(&device, &link, XENBUS_LINK_PAGES, NULL, NULL), 0);
    CU_ASSERT_EQUAL(grants_given, XENBUS_LINK_PAGES);
    CU_ASSERT_EQUAL(last_domain, 4);
    xenbus_link_close(&link);
    xenbus_link_close(&link);
    CU_ASSERT_EQUAL(grants_given + ports_open, 0);
    pages_left = 3;
    CU_ASSERT_EQUAL(xenbus_link_open(&device, &link, 5, NULL, NULL), -XEN_ENOMEM);
    pages_left = 100;
    CU_ASSERT_EQUAL(grants_given + ports_open, 0);
    /* A backend that keeps the pages of each connection. */
    pages_kept = 100000;
    CU_ASSERT_EQUAL(xenbus_link_open(&device, &link, 1, NULL, NULL), -XEN_ENOMEM);
    CU_ASSERT_EQUAL(grants_given + ports_open, 0);
    check_nothing_left();
}

static void no_answer(void)
{
    begin();
    attach(0);
    store_fail(1, -XEN_ETIMEDOUT);
    settle_all();
    check_connected(0);
    for (unsigned n = 1; n < 6; n++) {
        store_put(front_node(0, "something"), "%u", n);
        store_fail(n, -XEN_ETIMEDOUT);
        settle_all();
        check_connected(0);
        CU_ASSERT_EQUAL(record_of(0)->connects, 1);
    }
    check_nothing_left();
}

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

static void any_order(void)
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

int main(void)
{
    static const struct tap_test tests[] = {
        {"devices come and go", come_and_go},
        {"names that are no numbers are no devices", names_that_are_none},
        {"a backend's path and domain are checked", backends_that_are_none},
        {"there may be too many", too_many},
        {"states that mean nothing end a connection, and nothing else", states_that_are_none},
        {"rings are published at once, after conflicts too", published_at_once},
        {"a removed folder is not written into", never_written_into_the_void},
        {"closed for good, and connected again", close_and_reconnect},
        {"a wish to close ends with the connection", close_of_an_old_connection},
        {"a driver's functions may fail", unwanted},
        {"a backend moves to another place", backend_moves},
        {"suspended: cancelled, and in another domain", suspended},
        {"a thousand events are one look", storms_are_one_look},
        {"a driver learns of changed offers", offers_change},
        {"flags and numbers are read within bounds", negotiating},
        {"pages and ports are shared and given back", links},
        {"an answer that does not come is asked for again", no_answer},
        {"in any order, nothing is lost", any_order},
    };

    return TAP_RUN("xenbus", tests);
}
