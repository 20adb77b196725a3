/* The thread that does what the toolstack asks for: see stardust/lifecycle.h. */
#include <stardust/lifecycle.h>

#include <kernel/xen/control.h>

#include <stardust/bytes.h>
#include <stardust/heap.h>
#include <stardust/print.h>
#include <stardust/semaphore.h>
#include <stardust/start_info.h>
#include <stardust/suspend.h>
#include <stardust/thread.h>
#include <stardust/xenstore.h>

static struct semaphore asked = SEMAPHORE(0);

static struct control {
    struct xenstore_watch watch;
    void (*look)(void);
    bool changed; /* since it was last looked at; atomic */
} controls[] = {
    {.watch = {.path = "control/shutdown"}, .look = control_shutdown},
    {.watch = {.path = "control/sysrq"}, .look = control_sysrq},
    {.watch = {.path = "cpu"}, .look = control_vcpus},
    {.watch = {.path = "memory/target"}, .look = control_balloon},
};

unsigned control_read(const char *path, char *text, unsigned size)
{
    char *value;
    size_t length;

    if (xenstore_read(XENSTORE_NO_TRANSACTION, path, &value, &length) != 0) {
        return 0;
    }
    length = length < size ? length : 0;
    memcpy(text, value, length);
    text[length] = '\0';
    heap_free(value);
    return (unsigned)length;
}

/* The watches' thread goes on: what there is to do may take long, and suspending stops that thread too. */
static void fired(struct xenstore_watch *watch, const char *path)
{
    struct control *control = watch->context;

    (void)path;
    __atomic_store_n(&control->changed, true, __ATOMIC_RELEASE);
    semaphore_up(&asked);
}

/* Tell the toolstack what we understand. It may not let us: then it asks all the same. */
static void announce(void)
{
    static const char *const features[] = {"control/feature-poweroff", "control/feature-reboot",
                                           "control/feature-halt", "control/feature-suspend",
                                           "control/feature-sysrq"};

    for (unsigned i = 0; i < ARRAY_LENGTH(features); i++) {
        xenstore_write(XENSTORE_NO_TRANSACTION, features[i], "1");
    }
}

static void watch(struct control *control)
{
    int error;

    control->watch.fired = fired;
    control->watch.context = control;
    error = xenstore_watch_add(&control->watch);
    if (error != 0) {
        print("control: %s cannot be watched: error %d\n", control->watch.path, error);
    }
}

static void *serve(void *unused)
{
    announce();
    for (unsigned i = 0; i < ARRAY_LENGTH(controls); i++) {
        watch(&controls[i]);
    }
    for (unsigned i = 0;; i = (i + 1) % ARRAY_LENGTH(controls)) {
        if (i == 0) {
            semaphore_down(&asked, NSEC_FOREVER);
        }
        if (__atomic_exchange_n(&controls[i].changed, false, __ATOMIC_ACQ_REL)) {
            controls[i].look();
        }
    }
    return unused;
}

void lifecycle_init(void)
{
    const struct thread_options options = {.name = "control", .detached = true};
    int error;

    if (guest.first_domain) {
        return;
    }
    error = thread_create(NULL, &options, serve, NULL);
    if (error != 0) {
        print("control: no thread: error %d\n", error);
    }
}
