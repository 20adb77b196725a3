/* Around xenbus on the build machine: see around.h. */
#include "around.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <stardust/frames.h>
#include <stardust/grant.h>
#include <stardust/heap.h>
#include <stardust/list.h>
#include <stardust/mutex.h>
#include <stardust/panic.h>
#include <stardust/print.h>
#include <stardust/semaphore.h>
#include <stardust/thread.h>

#include <CUnit/CUnit.h>

enum { ROUNDS = 200, GRANTS = 4096, PORTS = 4096, NUMBERS = 16 };

int probe_error, connect_error, connected_error;
unsigned devices_there, grants_given, ports_open, pages_kept, pages_left = 100;
domid_t last_domain;

static void *granted[GRANTS];
static bool open_ports[PORTS];
static bool locked;
static unsigned units;
static char text[4096];
static size_t text_length;

/* One thread of control: what waits for another one would wait for ever. */
void mutex_lock(struct mutex *m)
{
    (void)m;
    CU_ASSERT_FATAL(!locked);
    locked = true;
}

void mutex_unlock(struct mutex *m)
{
    (void)m;
    CU_ASSERT_FATAL(locked);
    locked = false;
}

void semaphore_up(struct semaphore *s)
{
    (void)s;
    units++;
}

int semaphore_down(struct semaphore *s, nsec_t deadline)
{
    (void)s, (void)deadline;
    return 0;
}

int thread_create(struct thread **thread, const struct thread_options *options,
                  void *(*entry)(void *), void *argument)
{
    (void)thread, (void)options, (void)entry, (void)argument;
    return 0;
}

void panic(const char *format, ...)
{
    printf("# panic: %s\n", format);
    abort();
}

void print(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    text_length +=
        (size_t)vsnprintf(text + text_length, sizeof text - text_length, format, arguments);
    va_end(arguments);
    text_length = text_length < sizeof text ? text_length : sizeof text - 1;
}

const char *printed(void)
{
    static char copy[sizeof text];

    memcpy(copy, text, sizeof text);
    text[0] = '\0';
    text_length = 0;
    return copy;
}

void *grant_page(domid_t domain, grant_t *grant)
{
    for (grant_t i = 8; i < GRANTS && grants_given < pages_left; i++) {
        if (granted[i] == NULL) {
            last_domain = domain;
            grants_given++;
            *grant = i;
            return granted[i] = calloc(1, 64);
        }
    }
    return NULL;
}

void grant_revoke_page(grant_t grant, void *page)
{
    CU_ASSERT_FATAL(granted[grant] == page && page != NULL);
    granted[grant] = NULL;
    grants_given--;
    free(page);
}

struct grant_statistics grants_statistics(void)
{
    return (struct grant_statistics){.given = grants_given, .deferred = pages_kept};
}

int event_bind_unbound(domid_t remote, event_handler *handler, void *context)
{
    (void)handler, (void)context;
    last_domain = remote;
    for (int port = 1; port < PORTS; port++) {
        if (!open_ports[port]) {
            open_ports[port] = true;
            ports_open++;
            return port;
        }
    }
    return -XEN_ENOSPC;
}

void ports_of_another_life(unsigned count)
{
    for (int port = 1; port < PORTS && count > 0; port++) {
        count -= open_ports[port];
        ports_open -= open_ports[port];
        open_ports[port] = false;
    }
}

void event_unbind(evtchn_t port)
{
    CU_ASSERT_FATAL(open_ports[port]);
    open_ports[port] = false;
    ports_open--;
}

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

    CU_ASSERT(locked);
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

    CU_ASSERT(locked);
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

    CU_ASSERT(locked && r->in_use);
    r->in_use = false;
    r->stops++;
}

static void on_disconnect(struct xenbus_device *device)
{
    struct record *r = device->data;

    CU_ASSERT(locked && !r->in_use);
    r->disconnects++;
    xenbus_link_close(&r->link);
}

static void on_removed(struct xenbus_device *device)
{
    struct record *r = device->data;

    CU_ASSERT(locked && r->connects == r->disconnects);
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
