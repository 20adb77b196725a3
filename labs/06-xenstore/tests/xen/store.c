/* Exercises 6.4 to 6.6 beside the real xenstored. See parts.h. */
#include "parts.h"

#include <stardust/heap.h>
#include <stardust/print.h>
#include <stardust/xenstore.h>

#include <tests/ktap/guest.h>

#include <xen/errno.h>

#define FOLDER "data/lab"

static char did[160];
static char bytes[OTHERS_LONGEST];

static const char *node_path(unsigned i)
{
    static char path[40];

    format_text(path, sizeof path, FOLDER "/node-%u", i);
    return path;
}

static int write_node(uint64_t seed, const char *path, unsigned i, size_t length)
{
    for (size_t at = 0; at < length; at++) {
        bytes[at] = others_node_byte(seed, i, at);
    }
    return xenstore_write_bytes(XENSTORE_NO_TRANSACTION, path, bytes, length);
}

/* What is read goes into the hash, whatever it is. */
static int read_node(unsigned i, uint64_t *hash)
{
    size_t length = 0;
    char *value;
    int error = xenstore_read(XENSTORE_NO_TRANSACTION, node_path(i), &value, &length);

    *hash = random_fold(*hash, length);
    for (size_t at = 0; at < length; at++) {
        *hash = random_fold(*hash, (unsigned char)value[at]);
    }
    heap_free(value);
    return error;
}

static int write_and_read(uint64_t seed, uint64_t *hash)
{
    int error = 0;

    for (unsigned i = 0; i < OTHERS_NODES && error == 0; i++) {
        error = write_node(seed, node_path(i), i, others_node_length(seed, i));
    }
    for (unsigned i = 0; i < OTHERS_NODES && error == 0; i++) {
        error = read_node(i, hash);
    }
    return error;
}

static bool lists_its_folder(void)
{
    char **names;
    size_t count;
    int error = xenstore_directory(XENSTORE_NO_TRANSACTION, FOLDER, &names, &count);

    heap_free(names);
    return error == 0 && count == OTHERS_NODES;
}

static bool is_refused(void)
{
    char *value;
    int missing = xenstore_read(XENSTORE_NO_TRANSACTION, FOLDER "/no-such-node", &value, NULL);
    int foreign = xenstore_write(XENSTORE_NO_TRANSACTION, "/local/domain/0/lab", "x");

    format_text(did, sizeof did,
                "reading what is not there: %d; writing what is not ours: %d; or "
                "the folder has other names than it should",
                missing, foreign);
    return missing == -XEN_ENOENT && foreign == -XEN_EACCES;
}

/* For dom0 to read: a word, and a node that is longer than the ring. */
static void write_for_dom0(uint64_t seed)
{
    xenstore_printf(XENSTORE_NO_TRANSACTION, FOLDER "/word", "%016lx",
                    random_word(seed, "word", 0));
    write_node(seed, FOLDER "/long", OTHERS_NODES, OTHERS_LONGEST);
}

void test_store(uint64_t seed)
{
    uint64_t hash = seed;
    int error = write_and_read(seed, &hash);

    guest_report_value("nodes_sum", hash);
    format_text(did, sizeof did, "a request ended with the error %d", error);
    report("store.nodes", error == 0, "what is written to xenstore is read there", did,
           "a message that is longer than the ring is not sent or received in pieces: see 6.5");
    report("store.answers", lists_its_folder() && is_refused(),
           "what xenstored answers is told from errors, and lists are taken apart", did,
           "an error in an answer is not seen, or names are counted wrongly: see 6.6");
    write_for_dom0(seed);
}

static unsigned fired; /* how often the answer was there; atomic */
static uint64_t answer;

static void on_answer(struct xenstore_watch *watch, const char *path)
{
    (void)path;
    if (xenstore_read_number(XENSTORE_NO_TRANSACTION, watch->path, &answer) == 0) {
        __atomic_store_n(&fired, 1, __ATOMIC_RELEASE);
    }
}

void test_watch(void)
{
    static struct xenstore_watch watch = {.path = FOLDER "/answer", .fired = on_answer};
    int error = xenstore_watch_add(&watch);
    bool seen;

    print("dom0: read\n");
    seen = error == 0 && wait_for(&fired, 1);
    if (error == 0) {
        xenstore_watch_remove(&watch);
    }
    guest_report_value("watched", answer);
    format_text(did, sizeof did,
                "adding the watch: %d; no event for what dom0 wrote within half a minute", error);
    report("store.watch", seen, "a watch fires when somebody else writes there", did,
           "path and token of the event are not found in its payload: see 6.6");
}
