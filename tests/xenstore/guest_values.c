/* Values of every kind, through the real xenstored. */
#include "guest.h"

#include <stardust/clock.h>
#include <stardust/heap.h>
#include <stardust/print.h>
#include <stardust/semaphore.h>

#include <xen/errno.h>
#include <xen/io/xs_wire.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    LARGE = 1900
}; /* more than the ring holds; xenstored lets a guest have up to 2,048 bytes in a node */

static char bytes[LARGE];

/* Whether the node has exactly these bytes: 1 or 0, or what xenstored says. */
static int has(const char *path, const char *expected, size_t expected_length)
{
    char *value;
    size_t length;
    int error = xenstore_read(XENSTORE_NO_TRANSACTION, path, &value, &length);
    bool same;

    if (error != 0) {
        return error;
    }
    same = length == expected_length && memcmp(value, expected, length) == 0 && value[length] == 0;
    heap_free(value);
    return same;
}

static int write_and_read(const char *path, const char *value, size_t length)
{
    int error = xenstore_write_bytes(XENSTORE_NO_TRANSACTION, path, value, length);

    return error != 0 ? error : has(path, value, length);
}

static void test_lengths(void)
{
    int64_t good = 0;
    static const size_t lengths[] = {0, 1, 15, 16, 17, 255, 1000, 1008, 1023, 1024, 1025, LARGE};
    enum { COUNT = sizeof lengths / sizeof lengths[0] };

    for (size_t i = 0; i < sizeof bytes; i++) {
        bytes[i] = (char)(i * 7);
    }
    for (unsigned i = 0; i < COUNT; i++) {
        good += write_and_read("data/value", bytes, lengths[i]) == 1;
    }
    check("values of any bytes and up to 1,900 of them come back as they were", good, COUNT);
}

static void test_errors(void)
{
    static char huge[XENSTORE_PAYLOAD_MAX + 1];
    char *value;

    check("what is not there cannot be read",
          xenstore_read(XENSTORE_NO_TRANSACTION, "data/none", &value, NULL), -XEN_ENOENT);
    check("what is not ours cannot be written",
          xenstore_write(XENSTORE_NO_TRANSACTION, "/local/domain/0/name", "us"), -XEN_EACCES);
    check("a transaction that nobody has begun is refused",
          xenstore_write(12345, "data/value", "x"), -XEN_ENOENT);
    memset(huge, 'x', sizeof huge - 1);
    check("more than the protocol allows is not even sent",
          xenstore_write(XENSTORE_NO_TRANSACTION, "data/huge", huge), -XEN_E2BIG);
    check("more than xenstored allows is refused by it",
          xenstore_write_bytes(XENSTORE_NO_TRANSACTION, "data/huge", huge, 4000), -XEN_ENOSPC);
    check("and all goes on", write_and_read("data/value", "after", 5), 1);
}

static void test_kinds(void)
{
    uint64_t number = 0;

    check("formatted", xenstore_printf(XENSTORE_NO_TRANSACTION, "data/n", "%u%s", 40, "96"), 0);
    check("a number is read", xenstore_read_number(XENSTORE_NO_TRANSACTION, "data/n", &number), 0);
    check("as it was written", (int64_t)number, 4096);
    check("text is no number",
          xenstore_write(XENSTORE_NO_TRANSACTION, "data/n", "12 ") != 0
              ? 0
              : xenstore_read_number(XENSTORE_NO_TRANSACTION, "data/n", &number),
          -XEN_EINVAL);
    check("an empty node", xenstore_mkdir(XENSTORE_NO_TRANSACTION, "data/folder"), 0);
    check("is empty", has("data/folder", "", 0), 1);
    check("removed", xenstore_remove(XENSTORE_NO_TRANSACTION, "data/folder"), 0);
    check("it is gone", has("data/folder", "", 0), -XEN_ENOENT);
}

static void test_permissions(void)
{
    struct xenstore_permission *now;
    size_t count;
    struct xenstore_permission wanted[2];
    int error = xenstore_permissions(XENSTORE_NO_TRANSACTION, "data/n", &now, &count);

    check("permissions can be read", error, 0);
    if (error != 0) {
        return;
    }
    wanted[0] = (struct xenstore_permission){now[0].domain, 'n'};
    wanted[1] = (struct xenstore_permission){0, 'r'};
    heap_free(now);
    check("set", xenstore_set_permissions(XENSTORE_NO_TRANSACTION, "data/n", wanted, 2), 0);
    error = xenstore_permissions(XENSTORE_NO_TRANSACTION, "data/n", &now, &count);
    check("and are as they were set",
          error == 0 && count == 2 && now[0].access == 'n' && now[1].access == 'r' &&
              now[0].domain == wanted[0].domain && now[1].domain == 0,
          1);
    heap_free(now);
}

void test_values(void)
{
    test_lengths();
    test_errors();
    test_kinds();
    test_permissions();
}

/* "entry-012" and so on: whether all numbers below `count` are there once. */
static int64_t count_entries(char **names, size_t found, unsigned count)
{
    bool seen[256] = {false};
    int64_t good = 0;

    for (size_t i = 0; i < found; i++) {
        unsigned number;

        if (sscanf(names[i], "an-entry-with-a-long-name-%u", &number) == 1 && number < count) {
            good += !seen[number];
            seen[number] = true;
        }
    }
    return good;
}

static void test_own(void)
{
    enum { OWN = 55 };
    char path[64];
    char **names;
    size_t count;
    int error = 0;

    for (unsigned i = 0; i < OWN && error == 0; i++) {
        snprintf(path, sizeof path, "data/own/an-entry-with-a-long-name-%03u", i);
        error = xenstore_write(XENSTORE_NO_TRANSACTION, path, "");
    }
    check("a folder of 1,600 bytes is written", error, 0);
    error = xenstore_directory(XENSTORE_NO_TRANSACTION, "data/own", &names, &count);
    check("and listed", error == 0 ? count_entries(names, count, OWN) : error, OWN);
    heap_free(names);
    check("removed with all in it", xenstore_remove(XENSTORE_NO_TRANSACTION, "data/own"), 0);
    check("an empty folder", xenstore_mkdir(XENSTORE_NO_TRANSACTION, "data/own"), 0);
    error = xenstore_directory(XENSTORE_NO_TRANSACTION, "data/own", &names, &count);
    check("has no entries", error == 0 && names == NULL ? (int64_t)count : error, 0);
}

static void look_whether_made(struct xenstore_watch *watch, const char *path)
{
    (void)path;
    if (has("data/large", "made", 4) == 1) {
        semaphore_up(watch->context);
    }
}

static void test_dom0s(void)
{
    enum { DOM0S = 125 };
    struct semaphore made;
    struct xenstore_watch watch = {"data/large", look_whether_made, .context = &made};
    char **names;
    size_t count;
    int error;

    semaphore_init(&made, 0);
    print("waiting for dom0\n");
    xenstore_watch_add(&watch);
    check("dom0 has made a large folder", semaphore_down(&made, clock_monotonic() + LIMIT), 0);
    xenstore_watch_remove(&watch);
    error = xenstore_directory(XENSTORE_NO_TRANSACTION, "data/large", &names, &count);
    check("of nearly 4,096 bytes, which is listed",
          error == 0 ? count_entries(names, count, DOM0S) : error, DOM0S);
    heap_free(names);
    check("what needs more than 4,096 is refused",
          xenstore_directory(XENSTORE_NO_TRANSACTION, "data/larger", &names, &count), -XEN_E2BIG);
}

/* What xenstored holds of a guest's own folder is limited to 2,048 bytes; dom0's script makes larger ones. */
void test_directories(bool with_dom0)
{
    test_own();
    if (with_dom0) {
        test_dom0s();
    }
}
