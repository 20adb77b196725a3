/* The client with an honest xenstored that answers in any order and in pieces, in thousands of orders of events. */
#include "host.h"

#include <CUnit/CUnit.h>

#include <stardust/heap.h>

enum { SEEDS = 300, THREADS = 8, LARGE = 3000 };

static unsigned ended, total;

static void good(int error, const char *what)
{
    if (error != 0) {
        static char text[100];

        snprintf(text, sizeof text, "%s: error %d", what, error);
        explorer_check(false, text);
    }
}

/* The last one to end sees what is left behind. */
static void end_of(unsigned threads)
{
    if (++ended == threads) {
        explorer_check(host_blocks() == 0, "memory is lost");
        explorer_check(xenstored_transactions() == 0, "a transaction was left open");
        explorer_check(xenstore_statistics().late == 0, "an answer found nobody");
        explorer_check(host_printed()[0] == '\0', host_printed());
    }
}

static void prepare(void)
{
    ended = 0;
    total = 0;
}

/* Texts of many lengths: larger than the ring, too. */
static void make_value(char *value, unsigned number, unsigned round)
{
    size_t length = (number * 131 + round * 997) % LARGE;

    for (size_t i = 0; i < length; i++) {
        value[i] = (char)('a' + (i * 7 + number + round) % 26);
    }
    value[length] = '\0';
}

static void read_back(const char *path, const char *expected)
{
    char *value;
    size_t length;

    good(xenstore_read(XENSTORE_NO_TRANSACTION, path, &value, &length), "read");
    explorer_check(length == strlen(expected) && strcmp(value, expected) == 0,
                   "a thread got another one's answer");
    heap_free(value);
}

static void use_values(void)
{
    static char values[THREADS][LARGE + 1];
    unsigned me = explorer_thread();
    char path[16];
    char *none;

    snprintf(path, sizeof path, "value/%u", me);
    for (unsigned round = 0; round < 3; round++) {
        make_value(values[me], me, round);
        good(xenstore_write(XENSTORE_NO_TRANSACTION, path, values[me]), "write");
        read_back(path, values[me]);
        explorer_check(xenstore_read(XENSTORE_NO_TRANSACTION, "none", &none, NULL) == -XEN_ENOENT,
                       "what is not there was read");
    }
    end_of(THREADS);
}

static void test_values(void)
{
    host_try(SEEDS, THREADS, prepare, use_values);
}

static int add_one(uint32_t transaction, void *unused)
{
    uint64_t number;
    int error = xenstore_read_number(transaction, "counter", &number);

    (void)unused;
    return error != 0 ? error : xenstore_printf(transaction, "counter", "%lu", number + 1);
}

static void add(void)
{
    for (unsigned i = 0; i < 3; i++) {
        good(xenstore_transaction(add_one, NULL), "transaction");
        total++;
    }
    if (ended + 1 == THREADS) {
        char text[12];

        snprintf(text, sizeof text, "%u", total);
        explorer_check(strcmp(xenstored_value("/local/domain/5/counter"), text) == 0,
                       "a transaction was lost");
    }
    end_of(THREADS);
}

static void prepare_counter(void)
{
    prepare();
    xenstored_write("/local/domain/5/counter", "0");
}

static void test_transactions(void)
{
    host_try(SEEDS, THREADS, prepare_counter, add);
}

static int fail_in_it(uint32_t transaction, void *unused)
{
    (void)unused;
    good(xenstore_write(transaction, "counter", "spoilt"), "write");
    return -77;
}

static int conflict_always(uint32_t transaction, void *unused)
{
    uint64_t number;

    (void)unused;
    xenstore_read_number(transaction, "counter", &number);
    xenstored_write("/local/domain/5/counter", "5");
    return 0;
}

static void end_badly(void)
{
    explorer_check(xenstore_transaction(fail_in_it, NULL) == -77,
                   "a body's result did not come back");
    read_back("counter", "0");
    end_of(1);
}

static void conflict(void)
{
    explorer_check(xenstore_transaction(conflict_always, NULL) == -XEN_EAGAIN,
                   "a transaction that always meets others");
    explorer_check(strstr(host_printed(), "is given up") != NULL, "nothing was said about it");
}

static void test_ends(void)
{
    host_try(100, 1, prepare_counter, end_badly);
    host_try(1, 1, prepare_counter, conflict);
}

static void list(void)
{
    char path[32];
    char **names;
    size_t count;
    struct xenstore_permission *permissions;
    const struct xenstore_permission wanted[] = {{5, 'n'}, {0, 'r'}, {65535, 'b'}};

    for (unsigned i = 0; i < 5; i++) {
        snprintf(path, sizeof path, "folder/entry%u", i);
        good(xenstore_mkdir(XENSTORE_NO_TRANSACTION, path), "mkdir");
    }
    good(xenstore_directory(XENSTORE_NO_TRANSACTION, "folder", &names, &count), "directory");
    explorer_check(count == 5 && strcmp(names[4], "entry4") == 0, "a folder is listed wrongly");
    heap_free(names);
    good(xenstore_set_permissions(XENSTORE_NO_TRANSACTION, path, wanted, 3), "set_permissions");
    good(xenstore_permissions(XENSTORE_NO_TRANSACTION, path, &permissions, &count), "permissions");
    explorer_check(count == 3, "permissions are lost");
    for (unsigned i = 0; i < 3; i++) {
        explorer_check(permissions[i].domain == wanted[i].domain &&
                           permissions[i].access == wanted[i].access,
                       "permissions come back as others");
    }
    heap_free(permissions);
    good(xenstore_remove(XENSTORE_NO_TRANSACTION, "folder"), "remove");
    good(xenstore_directory(XENSTORE_NO_TRANSACTION, "folder", &names, &count), "directory");
    explorer_check(names == NULL && count == 0, "an empty folder has entries");
    end_of(1);
}

static void test_kinds(void)
{
    host_try(100, 1, prepare, list);
}

static void test_first_domain(void)
{
    char *value;

    CU_ASSERT_EQUAL(xenstore_read(XENSTORE_NO_TRANSACTION, "name", &value, NULL), -XEN_ENODEV);
    CU_ASSERT_PTR_NULL(value);
    CU_ASSERT_EQUAL(xenstore_write(XENSTORE_NO_TRANSACTION, "name", "x"), -XEN_ENODEV);
    CU_ASSERT_EQUAL(xenstore_transaction(add_one, NULL), -XEN_ENODEV);
}

static const struct tap_test tests[] = {
    {"without a connection each call says that there is none", test_first_domain},
    {"eight threads at once each get their own answers", test_values},
    {"transactions of eight threads: none is lost", test_transactions},
    {"transactions that end badly", test_ends},
    {"folders and permissions", test_kinds},
};

int main(void)
{
    return TAP_RUN("xenstore client", tests);
}
