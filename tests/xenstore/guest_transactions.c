/* Transactions of eight threads that all add to one counter: none is lost, and no memory either. */
#include "guest.h"

#include <stardust/clock.h>
#include <stardust/cpu.h>
#include <stardust/frames.h>
#include <stardust/heap.h>
#include <stardust/print.h>
#include <stardust/thread.h>

enum { THREADS = 8, WARM_UP = 16, LEAK_ALLOWED = 2 /* pages */ };

static unsigned left;   /* transactions that nobody has begun; atomic */
static unsigned failed; /* atomic */

static int add_one(uint32_t transaction, void *unused)
{
    uint64_t number;
    int error = xenstore_read_number(transaction, "data/counter", &number);

    (void)unused;
    return error != 0 ? error : xenstore_printf(transaction, "data/counter", "%lu", number + 1);
}

static bool take_one(void)
{
    unsigned now = __atomic_load_n(&left, __ATOMIC_RELAXED);

    while (now > 0 && !__atomic_compare_exchange_n(&left, &now, now - 1, false, __ATOMIC_RELAXED,
                                                   __ATOMIC_RELAXED)) {
    }
    return now > 0;
}

static void add_often(unsigned number)
{
    (void)number;
    while (take_one()) {
        int error = xenstore_transaction(add_one, NULL);

        if (error != 0) {
            print("# a transaction has failed: error %d\n", error);
            __atomic_fetch_add(&failed, 1, __ATOMIC_RELAXED);
        }
    }
}

static void add(unsigned count)
{
    left = count;
    run_threads(THREADS, add_often);
}

/* Pages that can be had, when no vCPU keeps objects for later. */
static size_t pages(void)
{
    struct frame_statistics s;

    for (unsigned i = 0; i < cpu_count(); i++) {
        thread_set_affinity(thread_current(), (cpu_mask_t)1 << i);
        heap_trim();
    }
    thread_set_affinity(thread_current(), CPU_MASK_ALL);
    s = frames_statistics();
    return s.untouched + s.free + s.cached;
}

static int refuse(uint32_t transaction, void *unused)
{
    (void)unused;
    return xenstore_write(transaction, "data/counter", "spoilt") != 0 ? 1 : 77;
}

static int64_t counter(void)
{
    uint64_t number = 0;
    int error = xenstore_read_number(XENSTORE_NO_TRANSACTION, "data/counter", &number);

    return error != 0 ? error : (int64_t)number;
}

void test_transactions(unsigned count)
{
    size_t before, after;
    nsec_t began;

    xenstore_write(XENSTORE_NO_TRANSACTION, "data/counter", "0");
    add(WARM_UP);
    before = pages();
    began = clock_monotonic();
    add(count);
    print("# %u transactions from %u threads took %lu ms\n", count, THREADS,
          (clock_monotonic() - began) / NSEC_PER_MSEC);
    after = pages();
    check("no transaction has failed", failed, 0);
    check("none is lost, and none was done twice", counter(), WARM_UP + count);
    print("# pages that can be had: %zu before, %zu after\n", before, after);
    check("no memory is lost", after + LEAK_ALLOWED >= before, 1);
    check("what a transaction's body returns comes back", xenstore_transaction(refuse, NULL), 77);
    check("and it has done nothing", counter(), WARM_UP + count);
}
