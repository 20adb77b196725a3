/* Watches: the last change is always seen, however many there are; and they can be removed at any time. */
#include "guest.h"

#include <stardust/clock.h>
#include <stardust/heap.h>
#include <stardust/semaphore.h>

#include <stdio.h>
#include <string.h>

enum { THREADS = 4, CHURNS = 30 };

static unsigned writes;          /* of each thread */
static uint64_t seen[THREADS];   /* the latest value of each node; the watch's thread writes it */
static struct semaphore news;    /* a unit for each call of a watch's function */
static unsigned long calls;      /* atomic */
static unsigned calls_after_end; /* of watches that were removed; atomic */

static void read_all(struct xenstore_watch *watch, const char *path)
{
    char name[32];

    (void)watch, (void)path;
    __atomic_fetch_add(&calls, 1, __ATOMIC_RELAXED);
    for (unsigned i = 0; i < THREADS; i++) {
        snprintf(name, sizeof name, "data/storm/%u", i);
        xenstore_read_number(XENSTORE_NO_TRANSACTION, name, &seen[i]);
    }
    semaphore_up(&news);
}

static void write_often(unsigned number)
{
    char name[32];

    snprintf(name, sizeof name, "data/storm/%u", number);
    for (unsigned i = 1; i <= writes; i++) {
        xenstore_printf(XENSTORE_NO_TRANSACTION, name, "%u", i);
    }
}

/* Whether all of the last values have been seen before time is up. */
static bool wait_for_all(void)
{
    nsec_t deadline = clock_monotonic() + LIMIT;

    for (;;) {
        unsigned good = 0;

        for (unsigned i = 0; i < THREADS; i++) {
            good += __atomic_load_n(&seen[i], __ATOMIC_RELAXED) == writes;
        }
        if (good == THREADS) {
            return true;
        }
        if (semaphore_down(&news, deadline) != 0) {
            return false;
        }
    }
}

static void test_storm(unsigned count)
{
    struct xenstore_watch watch = {.path = "data/storm", .fired = read_all};

    writes = count / THREADS;
    semaphore_init(&news, 0);
    xenstore_mkdir(XENSTORE_NO_TRANSACTION, "data/storm");
    check("a watch is added", xenstore_watch_add(&watch), 0);
    check("and fires at once", semaphore_down(&news, clock_monotonic() + LIMIT), 0);
    run_threads(THREADS, write_often);
    check("the last change of each node is seen", wait_for_all(), 1);
    xenstore_watch_remove(&watch);
    check("not more often than there were changes", calls <= (unsigned long)writes * THREADS + 1,
          1);
}

static void note_path(struct xenstore_watch *watch, const char *path)
{
    snprintf(watch->context, 64, "%s", path);
    semaphore_up(&news);
}

static void test_path(void)
{
    char where[64] = "";
    struct xenstore_watch watch = {.path = "data", .fired = note_path, .context = where};

    semaphore_init(&news, 0);
    xenstore_watch_add(&watch);
    semaphore_down(&news, clock_monotonic() + LIMIT);
    check("the first call names the watch's own path", strcmp(where, "data"), 0);
    xenstore_write(XENSTORE_NO_TRANSACTION, "data/value", "x");
    check("a change is told", semaphore_down(&news, clock_monotonic() + LIMIT), 0);
    xenstore_watch_remove(&watch);
    check("with its path, relative as the watch's is", strcmp(where, "data/value"), 0);
}

/* It removes itself; what is done after that would be seen. */
static void remove_itself(struct xenstore_watch *watch, const char *path)
{
    struct semaphore *done = watch->context;

    (void)path;
    xenstore_watch_remove(watch);
    memset(watch, 0xee, sizeof *watch);
    semaphore_up(done);
}

static void note_late(struct xenstore_watch *watch, const char *path)
{
    (void)path;
    if (watch->context == NULL) {
        __atomic_fetch_add(&calls_after_end, 1, __ATOMIC_RELAXED);
    }
}

/* Watches come and go while their node changes. */
static void churn(unsigned number)
{
    for (unsigned i = 0; i < CHURNS; i++) {
        struct xenstore_watch watch = {.path = "data/churn", .fired = note_late, .context = &watch};

        xenstore_watch_add(&watch);
        xenstore_printf(XENSTORE_NO_TRANSACTION, "data/churn", "%u", number);
        xenstore_watch_remove(&watch);
        watch.context = NULL;
    }
}

void test_watches(unsigned count)
{
    struct semaphore done;
    struct xenstore_watch once = {.path = "data", .fired = remove_itself, .context = &done};

    test_storm(count);
    test_path();
    semaphore_init(&done, 0);
    xenstore_watch_add(&once);
    check("a watch's function may remove the watch",
          semaphore_down(&done, clock_monotonic() + LIMIT), 0);
    run_threads(THREADS, churn);
    check("none is called after it was removed", calls_after_end, 0);
}
