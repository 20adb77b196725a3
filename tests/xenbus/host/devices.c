/* Devices come and go, in a xenstore and with backends that may write anything. */
#include <stdio.h>
#include <string.h>

#include <CUnit/CUnit.h>

#include <tests/tap/tap.h>

#include "around.h"
#include "suites.h"

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
