/* What drivers use: what backends offer, pages and ports. */
#include "suites.h"

#include <CUnit/CUnit.h>

#include "around.h"

void offers_change(void)
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

void negotiating(void)
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

void links(void)
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
