/* The whole life of a device, with a backend that does what Linux's do, and with one that says whatever it likes. */
#include <tests/fakexen/backend.h>
#include <tests/fakexen/runner/test.h>
#include <tests/ktap/random.h>

#include <xen/errno.h>

#include "bus_device.h"
#include "suites.h"

#define PLACE         ((const void *)xenbus_advance)
#define SEEDS         400
#define STEPS         60
#define ROUNDS_ENOUGH 32 /* of looking at each other, until nobody has anything to do */

static struct fakexen_backend backend;
static struct xenbus_device *device;
static struct random numbers;
static bool hostile;

static void tell(enum xenbus_state written)
{
    fakexen_backend_tell(&backend, written);
}

/* What a hostile one has mapped counts only while it says that it uses it. */
static void check_disconnect(void)
{
    bool says_so = device->peer == XenbusStateConnected || device->peer == XenbusStateClosing ||
                   device->peer == XenbusStateReconfiguring ||
                   device->peer == XenbusStateReconfigured;

    CHECK(hostile ? !says_so : !backend.mapped,
          .rule = "rings are given back when the backend does not use them any more: it is Closed, "
                  "gone, or began anew",
          .did = text("called disconnect while the backend was %s, and had the rings mapped",
                      bus_state_name(device->peer)),
          .expected = "say Closing, then Closed; disconnect when the backend is Closed, too",
          .usually = "a disk's backend unmaps only after we have said Closed (handout 6.7)",
          .where = PLACE);
}

static void begin(bool disk, uint64_t seed)
{
    numbers = random_start(seed);
    device = bus_device(disk ? XenbusStateInitialised : XenbusStateConnected);
    fakexen_backend_start(&backend, disk);
    bus_on_write = tell;
    bus_on_disconnect = check_disconnect;
}

static void front_looks_with(enum xenbus_wish wish)
{
    bus_log_clear();
    device->peer = fakexen_backend_state(&backend);
    xenbus_advance(device, wish);
    bus_check_state(device, PLACE);
}

static void front_looks(void)
{
    front_looks_with(XENBUS_NO_WISH);
}

static void both_look(void)
{
    for (unsigned i = 0; i < ROUNDS_ENOUGH; i++) {
        fakexen_backend_look(&backend);
        front_looks();
    }
}

static void check_end(enum xenbus_state own, enum xenbus_state peer, const char *when)
{
    CHECK(device->own == own && fakexen_backend_state(&backend) == peer,
          .rule = "a device never gets stuck", .where = PLACE,
          .did = text("%s: the device is %s and its backend %s, and nobody does anything any more",
                      when, bus_state_name(device->own),
                      bus_state_name(fakexen_backend_state(&backend))),
          .expected = text("%s and %s", bus_state_name(own), bus_state_name(peer)),
          .usually = "each side waits for the other (handout 6.7)");
    CHECK(device->rings == (own == XenbusStateConnected),
          .rule = "nothing is kept that is not used",
          .did = text("%s: `rings` is %d", when, device->rings),
          .expected = own == XenbusStateConnected ? "1" : "0", .where = PLACE,
          .usually = "XENBUS_RELEASE, or the part of XENBUS_RESTART that lets go, is missing");
}

static void check_can_close(void)
{
    front_looks_with(XENBUS_WISH_CLOSE);
    both_look();
    check_end(XenbusStateClosed, XenbusStateClosed, "after XENBUS_WISH_CLOSE");
}

static void check_can_connect(const char *when)
{
    fakexen_backend_restart(&backend);
    both_look();
    check_end(XenbusStateConnected, XenbusStateConnected, when);
}

static void test_close_and_reconnect(void)
{
    for (unsigned disk = 0; disk < 2; disk++) {
        begin(disk, 0);
        both_look();
        check_end(XenbusStateConnected, XenbusStateConnected, "at first");
        check_can_close();
        front_looks_with(XENBUS_WISH_RECONNECT);
        both_look();
        check_end(XenbusStateConnected, XenbusStateConnected, "after XENBUS_WISH_RECONNECT");
        front_looks_with(XENBUS_WISH_RECONNECT);
        both_look();
        check_end(XenbusStateConnected, XenbusStateConnected, "after that a second time");
        check_can_connect("with a backend that begins anew");
        check_can_close();
    }
}

static void test_detach(void)
{
    for (unsigned disk = 0; disk < 2; disk++) {
        begin(disk, 0);
        both_look();
        fakexen_backend_detach(&backend);
        both_look();
        check_end(XenbusStateInitialising, XenbusStateUnknown, "after xl has detached it");
        check_can_connect("attached again");
    }
}

/* In each moment of a device's life. */
static void test_vanish(void)
{
    for (unsigned moment = 0; moment < 20; moment++) {
        begin(moment % 2, 0);
        for (unsigned i = 0; i < moment; i++) {
            i % 3 == 0 ? (void)fakexen_backend_look(&backend)
                       : front_looks_with(i == 8 ? XENBUS_WISH_RECONNECT : XENBUS_NO_WISH);
        }
        fakexen_backend_vanish(&backend);
        both_look();
        CHECK(!device->rings && !device->in_use, .rule = "a backend may vanish at any time",
              .did =
                  text("kept rings (%s) after the backend was gone", bus_state_name(device->own)),
              .expected = "everything given back", .where = PLACE,
              .usually = "nobody will ever say Closed: Unknown counts as that (handout 6.7)");
        check_can_connect("after the backend was gone");
    }
}

static void fail_sometimes(void)
{
    bus_connect_error = random_below(&numbers, 2) ? -XEN_ENOMEM : 0;
    bus_publish_error = random_below(&numbers, 2) ? -XEN_EAGAIN : 0;
    bus_connected_error = random_below(&numbers, 2) ? -XEN_EINVAL : 0;
}

static void happen(void)
{
    switch (random_below(&numbers, 24)) {
    case 0:
        fakexen_backend_vanish(&backend);
        break;
    case 1:
        fakexen_backend_restart(&backend);
        break;
    case 2:
        fakexen_backend_detach(&backend);
        break;
    case 3:
        front_looks_with(XENBUS_WISH_CLOSE);
        break;
    case 4:
        front_looks_with(XENBUS_WISH_RECONNECT);
        break;
    case 5:
        fail_sometimes();
        break;
    default:
        random_below(&numbers, 2) ? (void)fakexen_backend_look(&backend) : front_looks();
    }
}

/* Whatever has happened: with a backend that is there, and a wish, the device connects. */
static void check_comes_back(const char *after)
{
    bus_connect_error = bus_publish_error = bus_connected_error = 0;
    fakexen_backend_restart(&backend);
    both_look();
    front_looks_with(XENBUS_WISH_RECONNECT);
    both_look();
    check_end(XenbusStateConnected, XenbusStateConnected, after);
    check_can_close();
}

static void test_any_order(void)
{
    for (unsigned i = 0; i < SEEDS; i++) {
        begin(i % 2, test_seed() + i);
        for (unsigned step = 0; step < STEPS; step++) {
            happen();
        }
        check_comes_back(text("after the events of seed %lu", test_seed() + i));
    }
}

static void say_anything(void)
{
    backend.there = random_below(&numbers, 8) != 0;
    backend.state = random_below(&numbers, 4) != 0
                        ? (unsigned)random_below(&numbers, BUS_STATES + 1)
                        : (unsigned)random_next(&numbers);
}

static void test_hostile(void)
{
    for (unsigned i = 0; i < SEEDS; i++) {
        begin(i % 2, test_seed() + i);
        hostile = true;
        for (unsigned step = 0; step < STEPS; step++) {
            say_anything();
            front_looks_with((enum xenbus_wish)(random_below(&numbers, 16) * 3 / 40));
        }
        hostile = false;
        check_comes_back("after a hostile backend, with an honest one");
    }
}

CU_TestInfo bus_life_tests[] = {
    {"close_and_reconnect", test_close_and_reconnect},
    {"detach", test_detach},
    {"vanish", test_vanish},
    {"any_order", test_any_order},
    {"hostile", test_hostile},
    CU_TEST_INFO_NULL,
};
