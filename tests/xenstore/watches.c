/* Watches, suspending and resuming, in thousands of orders of events. */
#include "host.h"

#include <stardust/heap.h>

enum { SEEDS = 300, THREADS = 4, CHANGES = 4 };

static unsigned ended;
static uint64_t seen[THREADS];
static bool over[THREADS];
static unsigned resumed;

static void prepare(void)
{
    ended = resumed = 0;
    memset(seen, 0, sizeof seen);
    memset(over, 0, sizeof over);
}

static void good(int error, const char *what)
{
    static char text[100];

    if (error != 0) {
        snprintf(text, sizeof text, "%s: error %d", what, error);
        explorer_check(false, text);
    }
}

static void end_it(unsigned watches)
{
    if (++ended == THREADS) {
        explorer_check(xenstored_watches() == watches,
                       "xenstored has other watches than the guest");
        explorer_check(host_printed()[0] == '\0', host_printed());
    }
}

static void look(struct xenstore_watch *watch, const char *path)
{
    unsigned number = (unsigned)((uint64_t *)watch->context - seen);
    uint64_t value;

    explorer_check(!over[number], "a watch's function is called after it was removed");
    explorer_check(strncmp(path, watch->path, strlen(watch->path)) == 0,
                   "a watch fires for what is elsewhere");
    if (xenstore_read_number(XENSTORE_NO_TRANSACTION, "shared/number", &value) == 0) {
        explorer_check(!over[number], "a watch is removed while its function is running");
        seen[number] = value;
    }
}

static void wait_for(const uint64_t *what, uint64_t value)
{
    while (*(const volatile uint64_t *)what != value) {
        explorer_let_others();
    }
}

static int add_one(uint32_t transaction, void *unused)
{
    uint64_t number = 0;
    int error = xenstore_read_number(transaction, "shared/number", &number);

    (void)unused;
    if (error != 0 && error != -XEN_ENOENT) {
        return error;
    }
    return xenstore_printf(transaction, "shared/number", "%lu", number + 1);
}

static void change(void)
{
    for (unsigned i = 0; i < CHANGES; i++) {
        good(xenstore_transaction(add_one, NULL), "transaction");
    }
}

/* The last change is seen by every watch, whatever became one on the way. */
static void watch_changes(void)
{
    unsigned me = explorer_thread();
    struct xenstore_watch watch = {.path = "shared", .fired = look, .context = &seen[me]};

    good(xenstore_watch_add(&watch), "watch_add");
    change();
    wait_for(&seen[me], THREADS * CHANGES);
    xenstore_watch_remove(&watch);
    over[me] = true;
    memset(&watch, 0xee, sizeof watch);
    end_it(0);
}

static void test_changes(void)
{
    host_try(SEEDS, THREADS, prepare, watch_changes);
}

static uint64_t places[THREADS];

static void look_at(unsigned place)
{
    char path[16];

    snprintf(path, sizeof path, "shared/%u", place);
    xenstore_read_number(XENSTORE_NO_TRANSACTION, path, &places[place]);
}

/* Looks nowhere but where the change is said to be. */
static void look_there(struct xenstore_watch *w, const char *path)
{
    unsigned place;

    if (sscanf(path, "shared/%u", &place) == 1) {
        look_at(place);
        return;
    }
    explorer_check(strcmp(path, w->path) == 0, "a watch fires for what is elsewhere");
    for (unsigned i = 0; i < THREADS; i++) {
        look_at(i);
    }
}

static void change_places(void)
{
    static struct xenstore_watch watch;
    unsigned me = explorer_thread();
    char path[16];

    if (me == 0) {
        memset(places, 0, sizeof places);
        watch = (struct xenstore_watch){.path = "shared", .fired = look_there};
        good(xenstore_watch_add(&watch), "watch_add");
    }
    snprintf(path, sizeof path, "shared/%u", me);
    for (unsigned i = 1; i <= CHANGES; i++) {
        good(xenstore_printf(XENSTORE_NO_TRANSACTION, path, "%u", i), "write");
    }
    wait_for(&places[me], CHANGES);
    end_it(1);
}

static void test_places(void)
{
    host_try(SEEDS, THREADS, prepare, change_places);
}

static void remove_itself(struct xenstore_watch *watch, const char *path)
{
    uint64_t *calls = watch->context;

    (void)path;
    xenstore_watch_remove(watch);
    memset(watch, 0xee, sizeof *watch);
    explorer_check(++*calls == 1, "a watch that has removed itself is called again");
}

static void come_and_go(void)
{
    unsigned me = explorer_thread();
    struct xenstore_watch once = {.path = "shared", .fired = remove_itself, .context = &seen[me]};

    good(xenstore_watch_add(&once), "watch_add");
    good(xenstore_write(XENSTORE_NO_TRANSACTION, "shared/number", "1"), "write");
    wait_for(&seen[me], 1);
    end_it(0);
}

static void test_itself(void)
{
    host_try(SEEDS, THREADS, prepare, come_and_go);
}

static void take_long(struct xenstore_watch *watch, const char *path)
{
    unsigned number = (unsigned)((uint64_t *)watch->context - seen);
    uint64_t value;

    (void)path;
    for (unsigned i = 0; i < 5; i++) {
        explorer_check(!over[number], "a watch is removed while its function is running");
        xenstore_read_number(XENSTORE_NO_TRANSACTION, "shared/number", &value);
    }
}

static void remove_at_once(void)
{
    unsigned me = explorer_thread();
    struct xenstore_watch watch = {.path = "shared", .fired = take_long, .context = &seen[me]};

    good(xenstore_watch_add(&watch), "watch_add");
    good(xenstore_write(XENSTORE_NO_TRANSACTION, "shared/number", "1"), "write");
    xenstore_watch_remove(&watch);
    over[me] = true;
    memset(&watch, 0xee, sizeof watch);
    end_it(0);
}

static void test_at_once(void)
{
    host_try(SEEDS, THREADS, prepare, remove_at_once);
}

/* All keep their watch, and one of them suspends the domain meanwhile. */
static void suspend_meanwhile(void (*meanwhile)(void), bool cancelled)
{
    static struct xenstore_watch watches[THREADS];
    unsigned me = explorer_thread();

    watches[me] = (struct xenstore_watch){.path = "shared", .fired = look, .context = &seen[me]};
    good(xenstore_watch_add(&watches[me]), "watch_add");
    if (me == 0) {
        xenstore_suspend();
        meanwhile();
        xenstore_resume(cancelled);
        resumed = 1;
    } else {
        change();
    }
    wait_for(&seen[me], (THREADS - 1) * CHANGES);
    while (xenstored_watches() != THREADS) {
        explorer_let_others();
    }
    end_it(THREADS);
}

static void nothing(void)
{
    explorer_check(xenstored_transactions() == 0, "a transaction is open while it is suspended");
    for (unsigned i = 0; i < 20; i++) {
        explorer_point();
    }
}

static void move(void)
{
    nothing();
    host_move();
}

static void suspend_and_move(void)
{
    suspend_meanwhile(move, false);
}

static void suspend_in_vain(void)
{
    suspend_meanwhile(nothing, true);
}

static void test_move(void)
{
    host_try(SEEDS, THREADS, prepare, suspend_and_move);
}

static void test_in_vain(void)
{
    host_try(SEEDS, THREADS, prepare, suspend_in_vain);
}

static void read_in_vain(void)
{
    char *value;
    size_t length;

    explorer_check(xenstore_read(XENSTORE_NO_TRANSACTION, "shared", &value, &length) ==
                       -XEN_ETIMEDOUT,
                   "who reads got an answer in time");
}

/* The second read begins after the watch was asked for the first time, and so it ends after that. */
static void suspend_and_stall(void)
{
    static struct xenstore_watch watch;

    watch = (struct xenstore_watch){.path = "shared", .fired = look, .context = &seen[0]};
    good(xenstore_watch_add(&watch), "watch_add");
    xenstore_suspend();
    host_move();
    host_set_malice(XENSTORED_SILENT);
    xenstore_resume(false);
    read_in_vain();
    read_in_vain();
    host_set_malice(XENSTORED_HONEST);
    while (xenstored_watches() != 1) {
        explorer_let_others();
    }
    explorer_check(host_printed()[0] == '\0', host_printed());
}

static void test_stall(void)
{
    host_try(SEEDS / 4, 1, prepare, suspend_and_stall);
}

static const struct tap_test tests[] = {
    {"each of four watches sees the last of many changes", test_changes},
    {"changes at several places: none is forgotten", test_places},
    {"a watch removes itself", test_itself},
    {"removing waits for the function", test_at_once},
    {"suspended and resumed elsewhere: nothing is lost, and all watches are registered again",
     test_move},
    {"suspending is cancelled: all goes on", test_in_vain},
    {"a xenstored that is slow after that loses no watch", test_stall},
};

int main(void)
{
    return TAP_RUN("xenstore watches", tests);
}
