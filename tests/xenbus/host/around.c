/* Around xenbus on the build machine: see around.h. */
#include "around.h"

#include <stdio.h>
#include <stdlib.h>

#include <stardust/heap.h>

#include <CUnit/CUnit.h>

enum { ROUNDS = 200, NUMBERS = 16 };

int probe_error, connect_error, connected_error;
unsigned devices_there;

static int on_probe(struct xenbus_device *device)
{
    if (probe_error != 0) {
        return probe_error;
    }
    device->data = heap_alloc_zeroed(sizeof(struct record));
    devices_there++;
    return 0;
}

static void on_event(evtchn_t port, void *context)
{
    (void)port, (void)context;
}

static int on_connect(struct xenbus_device *device)
{
    struct record *r = device->data;

    CU_ASSERT(rounds_locked);
    r->connects++;
    return connect_error != 0 ? connect_error : xenbus_link_open(device, &r->link, 2, on_event, r);
}

static int on_publish(struct xenbus_device *device, uint32_t transaction)
{
    const struct record *r = device->data;
    int error = xenbus_write(device, transaction, "ring-ref", "%u", r->link.grants[0]);

    return error != 0 ? error
                      : xenbus_write(device, transaction, "event-channel", "%u", r->link.port);
}

static int on_connected(struct xenbus_device *device)
{
    struct record *r = device->data;

    CU_ASSERT(rounds_locked);
    r->in_use = connected_error == 0;
    return connected_error;
}

static void on_changed(struct xenbus_device *device)
{
    struct record *r = device->data;

    xenbus_read_number(device, "offer", 1, 1000, &r->offer);
}

static void on_stop(struct xenbus_device *device)
{
    struct record *r = device->data;

    CU_ASSERT(rounds_locked && r->in_use);
    r->in_use = false;
    r->stops++;
}

static void on_disconnect(struct xenbus_device *device)
{
    struct record *r = device->data;

    CU_ASSERT(rounds_locked && !r->in_use);
    r->disconnects++;
    xenbus_link_close(&r->link);
}

static void on_removed(struct xenbus_device *device)
{
    struct record *r = device->data;

    CU_ASSERT(rounds_locked && r->connects == r->disconnects);
    devices_there--;
    heap_free(r);
}

struct xenbus_driver driver = {
    .type = "test",
    .published = XenbusStateInitialised,
    .probe = on_probe,
    .connect = on_connect,
    .publish = on_publish,
    .connected = on_connected,
    .changed = on_changed,
    .stop = on_stop,
    .disconnect = on_disconnect,
    .removed = on_removed,
};

const char *front_node(unsigned number, const char *name)
{
    static char path[128];

    snprintf(path, sizeof path, HOME "device/test/%u%s%s", number, *name != 0 ? "/" : "", name);
    return path;
}

const char *back_node(unsigned number, const char *name)
{
    static char path[128];

    snprintf(path, sizeof path, BACKEND "%u%s%s", number, *name != 0 ? "/" : "", name);
    return path;
}

static int state_at(const char *path)
{
    const char *value = store_get(path);

    return value != NULL ? atoi(value) : -1;
}

int front_state(unsigned number)
{
    return state_at(front_node(number, "state"));
}

int back_state(unsigned number)
{
    return state_at(back_node(number, "state"));
}

void attach(unsigned number)
{
    store_put(back_node(number, "state"), "%d", XenbusStateInitWait);
    store_put(front_node(number, "backend"), "%s", back_node(number, ""));
    store_put(front_node(number, "backend-id"), "3");
    store_put(front_node(number, "state"), "%d", XenbusStateInitialising);
}

/* Like blkback. */
static int answer(int front, int back)
{
    switch (front) {
    case XenbusStateInitialising:
        return back == XenbusStateClosed ? XenbusStateInitWait : back;
    case XenbusStateInitialised:
    case XenbusStateConnected:
        return XenbusStateConnected;
    case XenbusStateClosing:
    case XenbusStateClosed:
        return front;
    default:
        return back;
    }
}

bool backend_looks(unsigned number)
{
    int back = back_state(number);
    int next = answer(front_state(number), back);

    if (back < 0 || next == back) {
        return false;
    }
    store_put(back_node(number, "state"), "%d", next);
    return true;
}

void settle(void)
{
    for (unsigned i = 0; store_fire() != 0 || units != 0; i++) {
        CU_ASSERT_FATAL(i < ROUNDS);
        if (units > 0) {
            units = 0;
            xenbus_round();
        }
    }
}

void settle_all(void)
{
    bool more = true;

    for (unsigned i = 0; more; i++) {
        CU_ASSERT_FATAL(i < ROUNDS);
        settle();
        more = false;
        for (unsigned number = 0; number < NUMBERS; number++) {
            more = backend_looks(number) || more;
        }
    }
}

static struct xenbus_device *found;
static unsigned wanted;

static void look(struct xenbus_device *device)
{
    found = device->number == wanted ? device : found;
}

struct xenbus_device *device_of(unsigned number)
{
    found = NULL;
    wanted = number;
    xenbus_devices_each(look);
    return found;
}

struct record *record_of(unsigned number)
{
    struct xenbus_device *device = device_of(number);

    CU_ASSERT_FATAL(device != NULL);
    return device->data;
}

/* xenbus begins once for all tests; each of them leaves no device behind. */
void begin(void)
{
    static bool begun;

    if (!begun) {
        store_begin();
        xenbus_init();
        xenbus_register(&driver);
        begun = true;
    }
    store_fail(0, 0);
    store_before_commit = store_after_commit = NULL;
    store_take("/local");
    settle();
    probe_error = connect_error = connected_error = 0;
    pages_kept = 0;
    printed();
}

void check_nothing_left(void)
{
    begin();
    CU_ASSERT_EQUAL(devices_there, 0);
    CU_ASSERT_EQUAL(grants_given, 0);
    CU_ASSERT_EQUAL(ports_open, 0);
    CU_ASSERT_EQUAL(store_blocks, 0);
    CU_ASSERT_EQUAL(store_watches(), 1);
}

void check_connected(unsigned number)
{
    CU_ASSERT_PTR_NOT_NULL_FATAL(device_of(number));
    CU_ASSERT_EQUAL(front_state(number), XenbusStateConnected);
    CU_ASSERT_EQUAL(back_state(number), XenbusStateConnected);
    CU_ASSERT(record_of(number)->in_use);
}
