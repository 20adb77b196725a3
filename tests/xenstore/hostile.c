/* The client with a xenstored that breaks the rules: every call ends, nothing is overrun, no memory is lost. */
#include "host.h"

#include <CUnit/CUnit.h>

#include <stardust/heap.h>

enum { SEEDS = 200, THREADS = 4, CALLS = 4, LARGE = 2500 };

static enum xenstored_malice malice;
static unsigned ended, timed_out, broken, answered, fired;
static unsigned most_blocks;
static struct xenstore_watch watch;

static void count_fired(struct xenstore_watch *w, const char *path)
{
    (void)w, (void)path;
    fired++;
}

static void prepare(void)
{
    ended = timed_out = broken = answered = fired = most_blocks = 0;
    watch = (struct xenstore_watch){.path = "some", .fired = count_fired};
}

static void prepare_hostile(void)
{
    prepare();
    xenstored_write("/local/domain/5/value", "as it is");
    host_set_malice(malice);
}

static void note(int error)
{
    timed_out += error == -XEN_ETIMEDOUT;
    broken += error == -XEN_EIO;
    answered += error == 0;
    most_blocks = host_blocks() > most_blocks ? host_blocks() : most_blocks;
}

static int quick_body(uint32_t transaction, void *unused)
{
    (void)unused;
    return xenstore_write(transaction, "value", "as it is");
}

/* All kinds of calls; what comes back is freed, and used to its end. */
static void call_all(void)
{
    struct xenstore_permission *permissions;
    char *value, **names;
    uint64_t number;
    size_t count;

    note(xenstore_read(XENSTORE_NO_TRANSACTION, "value", &value, &count));
    explorer_check(value == NULL || value[count] == '\0', "a value has no NUL behind it");
    heap_free(value);
    note(xenstore_read_number(XENSTORE_NO_TRANSACTION, "value", &number));
    note(xenstore_directory(XENSTORE_NO_TRANSACTION, "folder", &names, &count));
    for (size_t i = 0; i < count; i++) {
        explorer_check(names[i][0] != '\0', "a name in a folder is empty");
    }
    heap_free(names);
    note(xenstore_permissions(XENSTORE_NO_TRANSACTION, "value", &permissions, &count));
    heap_free(permissions);
    note(xenstore_transaction(quick_body, NULL));
}

static void call_often(void)
{
    for (unsigned i = 0; i < CALLS; i++) {
        call_all();
    }
    if (++ended == THREADS) {
        explorer_check(host_blocks() == 0, "memory is lost");
    }
}

static void test_deaf(void)
{
    malice = XENSTORED_DEAF;
    host_try(SEEDS / 4, THREADS, prepare_hostile, call_often);
    CU_ASSERT_EQUAL(timed_out, THREADS * CALLS * 5);
}

static void test_silent(void)
{
    malice = XENSTORED_SILENT;
    host_try(SEEDS / 4, THREADS, prepare_hostile, call_often);
    CU_ASSERT_EQUAL(timed_out, THREADS * CALLS * 5);
}

static void test_wrong_id(void)
{
    malice = XENSTORED_WRONG_ID;
    host_try(SEEDS / 4, THREADS, prepare_hostile, call_often);
    CU_ASSERT_EQUAL(answered, 0);
}

static void test_wrong_type(void)
{
    malice = XENSTORED_WRONG_TYPE;
    host_try(SEEDS, THREADS, prepare_hostile, call_often);
    CU_ASSERT_NOT_EQUAL(broken, 0);
}

static void test_wrong_bytes(void)
{
    malice = XENSTORED_WRONG_BYTES;
    host_try(SEEDS, THREADS, prepare_hostile, call_often);
    CU_ASSERT_NOT_EQUAL(broken, 0);
}

/* Once it is broken it stays so, and that is said once. */
static void check_broken(void)
{
    host_try(SEEDS, THREADS, prepare_hostile, call_often);
    CU_ASSERT_EQUAL(answered + timed_out, 0);
    CU_ASSERT_PTR_NOT_NULL(strstr(host_printed(), "the connection is given up"));
    CU_ASSERT_EQUAL(strchr(host_printed(), '\n')[1], '\0');
}

static void test_too_long(void)
{
    malice = XENSTORED_TOO_LONG;
    check_broken();
}

static void break_index(void)
{
    while (!broken) {
        call_all();
    }
    call_all();
    explorer_check(broken >= 6, "it works again after it was broken");
    explorer_check(host_blocks() == 0, "memory is lost");
}

static void test_indices(void)
{
    malice = XENSTORED_WRITE_INDEX;
    host_try(SEEDS, 1, prepare_hostile, break_index);
    malice = XENSTORED_READ_INDEX;
    host_try(SEEDS, 1, prepare_hostile, break_index);
}

static void read_right(void)
{
    static char text[200];
    char *value;
    int error = xenstore_read(XENSTORE_NO_TRANSACTION, "value", &value, NULL);

    snprintf(text, sizeof text, "reading fails with error %d %s", error, host_printed());
    explorer_check(error == 0, text);
    explorer_check(strcmp(value, "as it is") == 0, "another value was read");
    heap_free(value);
}

/* Its watch fires without end meanwhile. */
static void stand_the_storm(void)
{
    read_right();
    host_set_malice(XENSTORED_STORM);
    if (explorer_thread() == 0) {
        explorer_check(xenstore_watch_add(&watch) == 0, "a watch cannot be added in a storm");
    }
    for (unsigned i = 0; i < CALLS; i++) {
        read_right();
        most_blocks = host_blocks() > most_blocks ? host_blocks() : most_blocks;
    }
    ended++;
    explorer_check(most_blocks <= THREADS + 3, "the storm takes memory");
}

static void test_storm(void)
{
    malice = XENSTORED_HONEST;
    host_try(SEEDS, THREADS, prepare_hostile, stand_the_storm);
    CU_ASSERT_TRUE(fired > 0);
}

/* First nothing is answered, or not even read; then all goes on, after half a message too. */
static void recover(void)
{
    static char large[LARGE + 1];
    uint64_t late;

    memset(large, 'x', LARGE);
    for (unsigned i = 0; i < 3; i++) {
        explorer_check(xenstore_write(XENSTORE_NO_TRANSACTION, "large", large) == -XEN_ETIMEDOUT,
                       "somebody answers");
    }
    host_set_malice(XENSTORED_HONEST);
    for (unsigned i = 0; i < CALLS; i++) {
        read_right();
    }
    late = xenstore_statistics().late;
    explorer_check(late <= 3 * THREADS, "there are more late answers than requests");
    if (++ended == THREADS) {
        explorer_check(host_blocks() == 0, "memory is lost");
    }
}

static void test_recovery(void)
{
    malice = XENSTORED_DEAF;
    host_try(SEEDS, 1, prepare_hostile, recover);
    malice = XENSTORED_SILENT;
    host_try(SEEDS, 1, prepare_hostile, recover);
}

/* Time limits come at any moment. */
static void prepare_hasty(void)
{
    prepare();
    xenstored_write("/local/domain/5/value", "as it is");
    explorer_set_patient(false);
}

static void hurry(void)
{
    for (unsigned i = 0; i < CALLS; i++) {
        char *value;
        int error = xenstore_read(XENSTORE_NO_TRANSACTION, "value", &value, NULL);

        explorer_check(error == 0 || error == -XEN_ETIMEDOUT, "an error that nobody has made");
        explorer_check(error != 0 || strcmp(value, "as it is") == 0, "another value was read");
        note(error);
        heap_free(value);
    }
}

static void test_haste(void)
{
    host_try(SEEDS * 5, THREADS, prepare_hasty, hurry);
    CU_ASSERT_EQUAL(timed_out + answered, THREADS * CALLS);
}

static void prepare_reconnecting(void)
{
    prepare();
    xenstored_write("/local/domain/5/value", "as it is");
    host_ring()->server_features = XENSTORE_SERVER_FEATURE_RECONNECTION;
    host_ring()->connection = XENSTORE_RECONNECT;
}

/* What the server does when it has connected: the indices are where it wants them. */
static void wait_for_connection(void)
{
    struct xenstore_domain_interface *ring = host_ring();

    if (explorer_thread() == 0) {
        for (unsigned i = 0; i < 50; i++) {
            explorer_point();
        }
        explorer_check(ring->req_prod == ring->req_cons, "the ring is used before it is connected");
        ring->req_prod = ring->req_cons = ring->rsp_prod = ring->rsp_cons = 0;
        ring->connection = XENSTORE_CONNECTED;
        host_event();
    } else {
        read_right();
    }
}

static void test_connection(void)
{
    host_try(SEEDS, THREADS, prepare_reconnecting, wait_for_connection);
}

static void say_error(void)
{
    host_ring()->server_features = XENSTORE_SERVER_FEATURE_ERROR;
    host_ring()->error = XENSTORE_ERROR_PROTO;
    host_event();
    while (host_printed()[0] == '\0') {
        explorer_let_others();
    }
    call_all();
    explorer_check(broken == 5, "a connection that xenstored has given up is used");
    explorer_check(strstr(host_printed(), "broke the protocol") != NULL, "it is not said why");
}

static void test_error(void)
{
    host_try(20, 1, prepare, say_error);
}

static const struct tap_test tests[] = {
    {"it reads nothing: each call ends", test_deaf},
    {"it answers nothing: each call ends", test_silent},
    {"it answers what nobody has asked", test_wrong_id},
    {"it answers with other types", test_wrong_type},
    {"it answers with any bytes", test_wrong_bytes},
    {"it announces more than is allowed", test_too_long},
    {"its indices are anywhere", test_indices},
    {"a storm of events: requests are answered, and no memory goes", test_storm},
    {"it goes on after a long silence, with the right answers", test_recovery},
    {"time limits that come at any moment", test_haste},
    {"it is not connected yet", test_connection},
    {"it says that it has given up", test_error},
};

int main(void)
{
    return TAP_RUN("hostile xenstored", tests);
}
