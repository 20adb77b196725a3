/* Exercise 6.8: doing what was decided, in the right order, also when something fails. */
#include <tests/fakexen/runner/test.h>

#include <xen/errno.h>

#include "bus_device.h"
#include "suites.h"

#define ACT     ((const void *)xenbus_act)
#define ADVANCE ((const void *)xenbus_advance)
#define LET_GO  ((const void *)xenbus_let_go)

static void check_own(const struct xenbus_device *device, enum xenbus_state expected,
                      const void *where)
{
    CHECK(device->own == expected, .rule = "each action ends in one state",
          .did = text("ended in %s", bus_state_name(device->own)),
          .expected = bus_state_name(expected),
          .usually = "xenbus_enter changes the state and tells the backend (handout 6.8)",
          .where = where);
    bus_check_state(device, where);
}

static void act(struct xenbus_device *device, enum xenbus_action action, bool more)
{
    bool said = xenbus_act(device, action);

    CHECK(said == more,
          .rule = "xenbus_act says whether the state has changed, so that more may be done",
          .did = text("%s returned %s", bus_action_name(action), said ? "true" : "false"),
          .expected = more ? "true" : "false", .where = ACT,
          .usually = more ? "the backend may have said what comes next long ago"
                          : "looking again would find the same, for ever");
}

static void test_connect(void)
{
    struct xenbus_device *device = bus_device(XenbusStateInitialised);

    act(device, XENBUS_CONNECT, true);
    bus_check_done("connect publish write(Initialised)",
                   "the rings are made first, then all of it is published at once", ACT);
    check_own(device, XenbusStateInitialised, ACT);
}

static void test_use(void)
{
    struct xenbus_device *device = bus_device(XenbusStateConnected);

    act(device, XENBUS_CONNECT, true);
    bus_log_clear();
    act(device, XENBUS_USE, false);
    bus_check_done("connected", "a network device has written Connected before", ACT);
    check_own(device, XenbusStateConnected, ACT);
    device = bus_device_in(XenbusStateInitialised);
    act(device, XENBUS_USE, false);
    bus_check_done("connected write(Connected)", "the driver first, then the backend is told", ACT);
    check_own(device, XenbusStateConnected, ACT);
}

static void test_look(void)
{
    struct xenbus_device *device = bus_device_in(XenbusStateConnected);
    struct xenbus_driver plain = *device->driver;

    act(device, XENBUS_LOOK, false);
    bus_check_done("changed", "the driver has a function for it", ACT);
    plain.changed = NULL;
    device->driver = &plain;
    act(device, XENBUS_LOOK, false);
    check_own(device, XenbusStateConnected, ACT);
}

static void test_wait(void)
{
    for (unsigned own = XenbusStateInitialising; own <= XenbusStateClosed; own++) {
        if (own != XenbusStateInitWait) {
            act(bus_device_in((enum xenbus_state)own), XENBUS_WAIT, false);
            bus_check_done("", "XENBUS_WAIT is nothing", ACT);
        }
    }
}

static void test_close(void)
{
    struct xenbus_device *device = bus_device_in(XenbusStateConnected);

    device->peer = XenbusStateClosing;
    act(device, XENBUS_CLOSE, true);
    bus_check_done("stop write(Closing)",
                   "the rings stay granted until the backend is Closed: no disconnect here", ACT);
    check_own(device, XenbusStateClosing, ACT);
    device = bus_device_in(XenbusStateInitialised);
    device->peer = XenbusStateClosing;
    act(device, XENBUS_CLOSE, true);
    bus_check_done("write(Closing)", "nobody uses the rings yet: nothing to stop", ACT);
    device = bus_device_in(XenbusStateClosing);
    act(device, XENBUS_END, true);
    bus_check_done("write(Closed)", "the rings stay granted until the backend is Closed", ACT);
    check_own(device, XenbusStateClosed, ACT);
}

static void test_restart(void)
{
    struct xenbus_device *device = bus_device_in(XenbusStateConnected);

    act(device, XENBUS_RESTART, true);
    bus_check_done("stop disconnect write(Initialising)",
                   "the backend connects to what it finds once we say Initialising", ACT);
    check_own(device, XenbusStateInitialising, ACT);
    device = bus_device_in(XenbusStateClosed);
    act(device, XENBUS_RESTART, true);
    bus_check_done("disconnect write(Initialising)", "the old rings are given back first", ACT);
    device = bus_device_in(XenbusStateClosed);
    device->again = false;
    act(device, XENBUS_RESTART, false);
    bus_check_done("disconnect", "closed for good means that it does not begin anew", ACT);
    check_own(device, XenbusStateClosed, ACT);
    act(device, XENBUS_RESTART, false);
    bus_check_done("disconnect", "a second time there is nothing to give back", ACT);
}

static void test_let_go(void)
{
    struct xenbus_device *device = bus_device_in(XenbusStateConnected);

    xenbus_let_go(device);
    bus_check_done("stop disconnect", "our own threads first", LET_GO);
    xenbus_let_go(device);
    bus_check_done("stop disconnect", "a second time there is nothing to let go", LET_GO);
}

static void check_gives_up(const char *done, const char *what)
{
    struct xenbus_device *device = bus_device(XenbusStateInitialised);

    bus_connect_error = done[0] == 'c' ? -XEN_ENOMEM : 0;
    bus_publish_error = done[0] == 'p' ? -XEN_EAGAIN : 0;
    bus_connected_error = done[0] == 'u' ? -XEN_EINVAL : 0;
    xenbus_act(device, XENBUS_CONNECT);
    if (done[0] == 'u') {
        xenbus_act(device, XENBUS_USE);
    }
    CHECK(device->own == XenbusStateClosing && bus_log.complaints == 1 && !device->again,
          .rule = "a device that cannot be used is closed for good, with a message",
          .did = text("%s: state %s, %u messages, again %d", what, bus_state_name(device->own),
                      bus_log.complaints, device->again),
          .expected = "state Closing, 1 message, again 0", .where = ACT,
          .usually = "the driver's functions return errors (handout 6.8)");
    bus_check_state(device, ACT);
    CHECK(device->rings,
          .rule = "disconnect follows connect in any case, once the backend is Closed",
          .did = text("%s: `rings` is false", what), .expected = "true: half of them may be there",
          .where = ACT, .usually = "`rings` is set before connect is called");
}

static void test_gives_up(void)
{
    check_gives_up("connect", "connect has failed");
    check_gives_up("publish", "publish has failed");
    check_gives_up("use", "connected has failed");
}

static void test_refused(void)
{
    struct xenbus_device *device = bus_device_in(XenbusStateInitialised);

    device->peer = XenbusStateClosing;
    act(device, XENBUS_CLOSE, true);
    CHECK(!device->again && bus_log.complaints == 1,
          .rule =
              "a backend that closes before it was connected does not want us: we do not ask again",
          .did = text("left again %d, after %u messages", device->again, bus_log.complaints),
          .expected = "again 0, 1 message", .where = ACT,
          .usually = "both sides would connect and close for ever (handout 6.8)");
    device = bus_device_in(XenbusStateInitialised);
    device->peer = XenbusStateUnknown;
    act(device, XENBUS_CLOSE, true);
    CHECK(device->again && bus_log.complaints == 1,
          .rule = "a backend that has vanished may come back",
          .did = text("left again %d, after %u messages", device->again, bus_log.complaints),
          .expected = "again 1, 1 message", .where = ACT);
}

/* One look at the backend, and all that follows. */
static void check_advance(enum xenbus_state own, enum xenbus_state peer, const char *expected,
                          enum xenbus_state end)
{
    struct xenbus_device *device = bus_device_in(own);

    device->peer = peer;
    xenbus_advance(device, XENBUS_NO_WISH);
    bus_check_done(expected, "one look may be followed by several steps (handout 6.8)", ADVANCE);
    check_own(device, end, ADVANCE);
}

static void test_advance(void)
{
    check_advance(XenbusStateInitialising, XenbusStateInitWait,
                  "connect publish write(Initialised)", XenbusStateInitialised);
    check_advance(XenbusStateInitialised, XenbusStateConnected, "connected write(Connected)",
                  XenbusStateConnected);
    check_advance(XenbusStateConnected, XenbusStateClosing, "stop write(Closing) write(Closed)",
                  XenbusStateClosed);
    check_advance(XenbusStateConnected, XenbusStateClosed,
                  "stop write(Closing) write(Closed) disconnect write(Initialising)",
                  XenbusStateInitialising);
    check_advance(XenbusStateConnected, XenbusStateUnknown,
                  "stop write(Closing) write(Closed) disconnect write(Initialising)",
                  XenbusStateInitialising);
    check_advance(XenbusStateConnected, XenbusStateInitWait,
                  "stop disconnect write(Initialising) connect publish write(Initialised)",
                  XenbusStateInitialised);
    check_advance(XenbusStateClosed, XenbusStateInitWait,
                  "disconnect write(Initialising) connect publish write(Initialised)",
                  XenbusStateInitialised);
}

static void wish(struct xenbus_device *device, enum xenbus_state peer, enum xenbus_wish wish,
                 const char *expected, const char *usually)
{
    device->peer = peer;
    bus_log_clear();
    xenbus_advance(device, wish);
    bus_check_done(expected, usually, ADVANCE);
}

static void test_wish(void)
{
    struct xenbus_device *device = bus_device_in(XenbusStateConnected);

    wish(device, XenbusStateConnected, XENBUS_WISH_CLOSE, "stop write(Closing)",
         "an open device is closed when somebody wants that");
    wish(device, XenbusStateClosing, XENBUS_WISH_CLOSE, "write(Closed)",
         "a device that is Closing needs not be closed again");
    wish(device, XenbusStateClosed, XENBUS_NO_WISH, "disconnect",
         "closed by a wish is closed for good: `again` is false");
    wish(device, XenbusStateInitWait, XENBUS_NO_WISH, "", "closed by a wish is closed for good");
    wish(device, XenbusStateClosed, XENBUS_WISH_RECONNECT, "write(Initialising)",
         "XENBUS_WISH_RECONNECT sets `again`");
    device = bus_device_in(XenbusStateConnected);
    wish(device, XenbusStateConnected, XENBUS_WISH_RECONNECT, "stop write(Closing)",
         "who connects again closes first");
    wish(device, XenbusStateClosed, XENBUS_NO_WISH, "write(Closed) disconnect write(Initialising)",
         "`again` counts once the backend is Closed");
}

CU_TestInfo bus_act_tests[] = {
    {"connect", test_connect}, {"use", test_use},           {"look", test_look},
    {"wait", test_wait},       {"close", test_close},       {"restart", test_restart},
    {"let_go", test_let_go},   {"gives_up", test_gives_up}, {"refused", test_refused},
    {"advance", test_advance}, {"wish", test_wish},         CU_TEST_INFO_NULL,
};
