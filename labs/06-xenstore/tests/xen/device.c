/* Exercises 6.7 and 6.8 beside a backend that dom0's script plays. See parts.h. */
#include "parts.h"

#include <stardust/print.h>
#include <stardust/xenbus.h>

#include <tests/ktap/guest.h>

static char did[160];
static uint64_t run_seed, calls, offers;
static unsigned turn;    /* how often the device has connected; the thread "xenbus" alone */
static unsigned removed; /* atomic */
static struct xenbus_link link;
static bool published; /* in this turn: publishing may be tried again */

static void note(enum others_call call)
{
    calls = random_fold(calls, call);
}

static int probe(struct xenbus_device *device)
{
    (void)device;
    note(CALL_PROBE);
    return 0;
}

static void on_event(evtchn_t port, void *context)
{
    (void)port;
    (void)context;
}

static int connect(struct xenbus_device *device)
{
    note(CALL_CONNECT);
    published = false;
    return xenbus_link_open(device, &link, 1, on_event, NULL);
}

static int publish(struct xenbus_device *device, uint32_t transaction)
{
    int error = xenbus_write(device, transaction, "ring-ref", "%u", link.grants[0]);

    if (!published) {
        note(CALL_PUBLISH);
        published = true;
    }
    return error != 0 ? error
                      : xenbus_write(device, transaction, "word", "%016lx",
                                     random_word(run_seed, "device", turn));
}

static int connected(struct xenbus_device *device)
{
    uint64_t offer = 0;
    int error = xenbus_read_number(device, "offer", 0, ~(uint64_t)0, &offer);

    note(CALL_CONNECTED);
    offers = random_fold(offers, offer);
    return error;
}

static void stop(struct xenbus_device *device)
{
    (void)device;
    note(CALL_STOP);
}

static void disconnect(struct xenbus_device *device)
{
    (void)device;
    note(CALL_DISCONNECT);
    xenbus_link_close(&link);
    turn++;
}

static void on_removed(struct xenbus_device *device)
{
    (void)device;
    note(CALL_REMOVED);
    __atomic_store_n(&removed, 1, __ATOMIC_RELEASE);
}

void test_device(uint64_t seed)
{
    static struct xenbus_driver driver = {.type = "lab",
                                          .published = XenbusStateInitialised,
                                          .probe = probe,
                                          .connect = connect,
                                          .publish = publish,
                                          .connected = connected,
                                          .stop = stop,
                                          .disconnect = disconnect,
                                          .removed = on_removed};
    unsigned patience = 4;
    bool gone;

    run_seed = calls = offers = seed;
    xenbus_register(&driver);
    print("dom0: device\n");
    /* dom0 waits for each state that long. */
    for (gone = false; !gone && patience > 0; patience--) {
        gone = wait_for(&removed, 1);
    }
    guest_report_value("device_calls", calls);
    guest_report_value("device_offers", offers);
    format_text(did, sizeof did, "after %u turns the device is still there", turn);
    report("device.life", gone,
           "a device connects, closes with its backend, connects again, and goes when it is taken "
           "away",
           did, "a state of the backend's is not answered: see 6.7");
}
