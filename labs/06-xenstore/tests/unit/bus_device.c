/* A device that notes what is done with it: see bus_device.h. */
#include "bus_device.h"

#include <stdio.h>
#include <string.h>

#include <tests/fakexen/runner/test.h>

#define WORDS_SIZE 512
#define PLACE      ((const void *)xenbus_act)

struct bus_log bus_log;
int bus_connect_error, bus_publish_error, bus_connected_error;
void (*bus_on_write)(enum xenbus_state written);
void (*bus_on_disconnect)(void);

static char words[WORDS_SIZE];
static bool has_rings; /* connect was called, and disconnect was not yet */
static bool is_used;   /* connected has succeeded, and stop was not called yet */

static void note(enum bus_done done, const char *word)
{
    size_t length = strlen(words);

    CHECK(bus_log.count < BUS_LOG_SIZE, .rule = "what there is to do ends",
          .did = text("went on for %u steps: %.80s ...", bus_log.count, words),
          .expected = "a few steps, then XENBUS_WAIT",
          .usually = "an action that changes nothing says that it has changed the state",
          .where = PLACE);
    bus_log.done[bus_log.count++] = done;
    snprintf(words + length, sizeof words - length, "%s%s", length > 0 ? " " : "", word);
}

static int on_probe(struct xenbus_device *device)
{
    (void)device;
    return 0;
}

static int on_connect(struct xenbus_device *device)
{
    (void)device;
    note(BUS_CONNECT, "connect");
    CHECK(!has_rings, .rule = "connect makes rings when there are none (stardust/xenbus.h)",
          .did = "called connect again, without disconnect in between",
          .expected = "disconnect before the next connect", .where = PLACE,
          .usually = "who begins anew must first let go (handout 6.8)");
    has_rings = true;
    return bus_connect_error;
}

static int on_publish(struct xenbus_device *device, uint32_t transaction)
{
    (void)device;
    (void)transaction;
    return 0;
}

static int on_connected(struct xenbus_device *device)
{
    (void)device;
    note(BUS_CONNECTED, "connected");
    CHECK(has_rings && !is_used, .rule = "connected is called once for each connect",
          .did = has_rings ? "called connected twice" : "called connected without rings",
          .expected = "connect, connected, stop, disconnect", .where = PLACE);
    is_used = bus_connected_error == 0;
    return bus_connected_error;
}

static void on_changed(struct xenbus_device *device)
{
    (void)device;
    note(BUS_CHANGED, "changed");
}

static void on_stop(struct xenbus_device *device)
{
    (void)device;
    note(BUS_STOP, "stop");
    CHECK(is_used, .rule = "stop follows connected when that has succeeded, and is called once",
          .did = "called stop although nobody used the rings",
          .expected = "stop only while the device is in use", .where = PLACE,
          .usually = "in_use says so, and is forgotten by whoever calls stop (handout 6.8)");
    is_used = false;
}

static void on_disconnect(struct xenbus_device *device)
{
    (void)device;
    note(BUS_DISCONNECT, "disconnect");
    CHECK(has_rings, .rule = "disconnect follows connect, and is called once for each",
          .did = "called disconnect although there were no rings",
          .expected = "disconnect only while there are rings", .where = PLACE,
          .usually = "`rings` says so, and is forgotten by whoever calls disconnect (handout 6.8)");
    CHECK(!is_used,
          .rule = "stop comes before disconnect: until then our own threads use the rings",
          .did = "called disconnect while the driver still used the rings",
          .expected = "stop, then disconnect", .where = PLACE,
          .usually = "the end of one connection is stop, then disconnect (handout 6.8)");
    if (bus_on_disconnect != NULL) {
        bus_on_disconnect();
    }
    has_rings = false;
}

static void on_removed(struct xenbus_device *device)
{
    (void)device;
}

static struct xenbus_driver driver = {
    .type = "vif",
    .probe = on_probe,
    .connect = on_connect,
    .publish = on_publish,
    .connected = on_connected,
    .changed = on_changed,
    .stop = on_stop,
    .disconnect = on_disconnect,
    .removed = on_removed,
};

static void check_step(enum xenbus_state from, enum xenbus_state to)
{
    static const char *const next[] = {
        [XenbusStateInitialising] = "\1\3\5", [XenbusStateInitialised] = "\4\5",
        [XenbusStateConnected] = "\1\5",      [XenbusStateClosing] = "\6",
        [XenbusStateClosed] = "\1",
    };

    CHECK(from == to || strchr(next[from], (int)to) != NULL,
          .rule = "the frontend's states follow each other as in the handout's figure",
          .did = text("went from %s to %s", bus_state_name(from), bus_state_name(to)),
          .expected = from == XenbusStateClosing ? "Closed" : "one of the arrows of the figure",
          .usually = "each action has one state that it ends in (handout 6.8)", .where = PLACE);
}

static void write_state(struct xenbus_device *device, enum xenbus_state state)
{
    device->written = state == XenbusStateInitialised ? driver.published : state;
    note(BUS_WRITE, text("write(%s)", bus_state_name(device->written)));
    if (bus_on_write != NULL) {
        bus_on_write(device->written);
    }
}

void xenbus_enter(struct xenbus_device *device, enum xenbus_state state)
{
    check_step(device->own, state);
    CHECK(state != XenbusStateClosing || !is_used,
          .rule = "who says Closing does not use the rings any more",
          .did = "wrote Closing while the driver still used the rings",
          .expected = "stop, then Closing", .where = PLACE,
          .usually = "the order of the two calls (handout 6.8)");
    device->own = state;
    if (device->written != (state == XenbusStateInitialised ? driver.published : state)) {
        write_state(device, state);
    }
}

int xenbus_publish(struct xenbus_device *device)
{
    note(BUS_PUBLISH, "publish");
    CHECK(has_rings, .rule = "what is published must be there", .did = "published before connect",
          .expected = "connect, then publish", .where = PLACE);
    if (bus_publish_error == 0) {
        check_step(device->own, XenbusStateInitialised);
        device->own = XenbusStateInitialised;
        write_state(device, XenbusStateInitialised);
    }
    return bus_publish_error;
}

void xenbus_complain(const struct xenbus_device *device, const char *what, int error)
{
    (void)device;
    (void)what;
    (void)error;
    bus_log.complaints++;
}

struct xenbus_device *bus_device(enum xenbus_state published)
{
    static struct xenbus_device device;

    device = (struct xenbus_device){.driver = &driver,
                                    .path = "device/vif/0",
                                    .own = XenbusStateInitialising,
                                    .written = XenbusStateInitialising,
                                    .again = true};
    driver.published = published;
    has_rings = is_used = false;
    bus_connect_error = bus_publish_error = bus_connected_error = 0;
    bus_on_write = NULL;
    bus_on_disconnect = NULL;
    bus_log_clear();
    return &device;
}

struct xenbus_device *bus_device_in(enum xenbus_state own)
{
    struct xenbus_device *device = bus_device(XenbusStateInitialised);

    device->own = device->written = own;
    device->rings = has_rings = own != XenbusStateInitialising;
    device->in_use = is_used = own == XenbusStateConnected;
    return device;
}

void bus_check_done(const char *expected, const char *usually, const void *where)
{
    CHECK(strcmp(words, expected) == 0,
          .rule = "the order of what is done with a device (stardust/xenbus.h)",
          .did = words[0] != '\0' ? words : "nothing",
          .expected = expected[0] != '\0' ? expected : "nothing", .usually = usually,
          .where = where);
}

void bus_log_clear(void)
{
    bus_log = (struct bus_log){.count = 0};
    words[0] = '\0';
}

void bus_check_state(const struct xenbus_device *device, const void *where)
{
    CHECK(device->in_use == is_used && device->rings == has_rings,
          .rule = "`rings` and `in_use` say what the driver was asked to do (stardust/xenbus.h)",
          .did = text("left rings %d and in_use %d after the driver %s rings and %s them",
                      device->rings, device->in_use, has_rings ? "made" : "gave back",
                      is_used ? "uses" : "does not use"),
          .expected = text("rings %d, in_use %d", has_rings, is_used), .where = where,
          .usually = "both change where the driver's function is called, and nowhere else");
    CHECK(is_used == (device->own == XenbusStateConnected),
          .rule = "a device is in use when it is Connected, and only then",
          .did = text("the driver %s, and the state is %s", is_used ? "uses it" : "does not use it",
                      bus_state_name(device->own)),
          .expected = "both together", .where = where);
}
