/*
 * The thread "xenbus": all that is done with devices, one thing after the other. Others leave a wish, and wake it: see
 * stardust/xenbus.h.
 */
#include <kernel/xen/xenbus_device.h>

#include <stardust/mutex.h>
#include <stardust/panic.h>
#include <stardust/print.h>
#include <stardust/semaphore.h>
#include <stardust/thread.h>

unsigned xenbus_life;

static struct mutex
    rounds; /* who holds it may call drivers' functions, and protects the lists of devices and drivers */
static struct semaphore work = SEMAPHORE(0);
static bool awake;       /* `work` has a unit for the wishes so far; atomic */
static bool look_around; /* devices may have come or gone; atomic */

void xenbus_wake(void)
{
    if (!__atomic_exchange_n(&awake, true, __ATOMIC_ACQ_REL)) {
        semaphore_up(&work);
    }
}

static void on_device(struct xenstore_watch *watch, const char *path)
{
    (void)watch;
    (void)path;
    __atomic_store_n(&look_around, true, __ATOMIC_RELEASE);
    xenbus_wake();
}

static void attend(struct xenbus_device *device)
{
    bool look = __atomic_exchange_n(&device->look, false, __ATOMIC_ACQ_REL);
    enum xenbus_wish wish = __atomic_exchange_n(&device->wish, XENBUS_NO_WISH, __ATOMIC_ACQ_REL);

    if (!device->ignored && (look || wish != XENBUS_NO_WISH)) {
        xenbus_read_peer(device);
        xenbus_advance(device, wish);
    }
}

/* An answer that did not come in time is asked for again; after any other error somebody must bring news first. */
static void find_devices(void)
{
    int error = xenbus_devices_scan();

    if (error == -XEN_ETIMEDOUT) {
        __atomic_store_n(&look_around, true, __ATOMIC_RELEASE);
        xenbus_wake();
    } else if (error != 0) {
        print("xenbus: cannot look for devices (error %d)\n", error);
    }
}

void xenbus_round(void)
{
    /* Before the looks: who wishes something from here on wakes us again. */
    __atomic_store_n(&awake, false, __ATOMIC_SEQ_CST);
    mutex_lock(&rounds);
    if (__atomic_exchange_n(&look_around, false, __ATOMIC_ACQ_REL)) {
        find_devices();
    }
    xenbus_devices_each(attend);
    mutex_unlock(&rounds);
}

static void *xenbus_thread(void *unused)
{
    for (;;) {
        semaphore_down(&work, NSEC_FOREVER);
        xenbus_round();
    }
    return unused;
}

void xenbus_init(void)
{
    static struct xenstore_watch watch = {.path = "device", .fired = on_device};
    int error = xenstore_watch_add(&watch);

    if (error == -XEN_ENODEV) {
        return;
    }
    assert_that(error == 0, "xenbus: cannot watch for devices (error %d)", error);
    error = thread_create(NULL, &(struct thread_options){.name = "xenbus", .detached = true},
                          xenbus_thread, NULL);
    assert_that(error == 0, "xenbus: no memory for its thread");
}

void xenbus_register(struct xenbus_driver *driver)
{
    mutex_lock(&rounds);
    xenbus_drivers_add(driver);
    mutex_unlock(&rounds);
    __atomic_store_n(&look_around, true, __ATOMIC_RELEASE);
    xenbus_wake();
}

static void make_wish(struct xenbus_device *device, enum xenbus_wish wish)
{
    __atomic_store_n(&device->wish, wish, __ATOMIC_RELEASE);
    xenbus_wake();
}

void xenbus_close(struct xenbus_device *device)
{
    make_wish(device, XENBUS_WISH_CLOSE);
}

void xenbus_reconnect(struct xenbus_device *device)
{
    make_wish(device, XENBUS_WISH_RECONNECT);
}

static void print_device(struct xenbus_device *device)
{
    print("  %-20s state %d  %s state %d%s%s\n", device->path, (int)device->own, device->backend,
          (int)device->peer, device->in_use ? ", in use" : "", device->ignored ? ", ignored" : "");
}

void xenbus_print(void)
{
    mutex_lock(&rounds);
    xenbus_devices_each(print_device);
    mutex_unlock(&rounds);
}

void xenbus_suspend(void)
{
    mutex_lock(&rounds);
}

/* Its rings and its backend were in another life. */
static void bring_back(struct xenbus_device *device)
{
    if (!device->ignored) {
        xenbus_let_go(device);
        device->own = XenbusStateInitialising;
        device->written = XenbusStateUnknown;
        device->peer = XenbusStateUnknown;
        device->again = true;
        device->look = true;
    }
}

void xenbus_resume(bool cancelled)
{
    if (!cancelled) {
        xenbus_life++;
        xenbus_devices_each(bring_back);
        __atomic_store_n(&look_around, true, __ATOMIC_RELEASE);
        xenbus_wake();
    }
    mutex_unlock(&rounds);
}
