/* The kernel's memory on Xen: frames, page tables, regions, and what happens when there is no more. Prints TAP lines. */
#include <stardust/application.h>
#include <stardust/bytes.h>
#include <stardust/frames.h>
#include <stardust/heap.h>
#include <stardust/options.h>
#include <stardust/print.h>
#include <stardust/region.h>
#include <stardust/start_info.h>
#ifdef HAVE_THREADS
#include <stardust/thread.h>
#endif

#include <tests/ktap/random.h>

#include <xen/errno.h>

const char application_name[] = "memory-test";

enum { ROUNDS = 10000, PLACES = 64, BLOCKS = 8 };

static unsigned number;
static struct random random;

static void check(bool passed, const char *what, size_t seen, size_t wanted)
{
    print("%s %u - memory, %lu MB: %s\n", passed ? "ok" : "not ok", ++number,
          guest.pages * PAGE_SIZE >> 20, what);
    if (!passed) {
        print("# it is %zu, and should be %zu\n", seen, wanted);
    }
}

/* What can be had, wherever it is now. Everything is taken in before the first count, so that it can be compared. */
static size_t pages_free(void)
{
    struct frame_statistics s;

    heap_trim();
    page_cache_drain();
    s = frames_statistics();
    return s.free + s.cached + s.untouched;
}

/* Take every page, put its own number into each, and look whether all are still there: a page handed out twice is seen. */
static size_t take_all(pfn_t *last)
{
    size_t count = 0;
    pfn_t pfn;

    *last = FRAME_NONE;
    while ((pfn = frames_alloc(0)) != FRAME_NONE) {
        pfn_t *page = pfn_to_virtual(pfn);

        page[0] = *last;
        page[PAGE_SIZE / sizeof *page - 1] = pfn;
        *last = pfn;
        count++;
    }
    return count;
}

static size_t give_back(pfn_t last)
{
    size_t right = 0;

    while (last != FRAME_NONE) {
        pfn_t *page = pfn_to_virtual(last);
        pfn_t next = page[0];

        right += page[PAGE_SIZE / sizeof *page - 1] == last;
        frames_free(last, 0);
        last = next;
    }
    return right;
}

static void test_exhaustion(void)
{
    size_t before, taken, right;
    pfn_t last;

    give_back((take_all(&last), last));
    before = pages_free();
    taken = take_all(&last);
    check(taken == before, "every free page can be had", taken, before);
    check(page_alloc() == NULL && frames_alloc(3) == FRAME_NONE,
          "then there is none, and no harm done", 1, 0);
    right = give_back(last);
    check(right == taken, "no page was handed out twice", right, taken);
    check(pages_free() == before, "all of them come back", pages_free(), before);
}

/* Blocks of many sizes, in and out at random; each is filled, and looked at before it goes. */
static void test_blocks(void)
{
    static struct {
        pfn_t pfn;
        unsigned order;
    } blocks[PLACES];
    size_t before = pages_free(), wrong = 0;

    for (unsigned i = 0; i < PLACES; i++) {
        blocks[i].pfn = FRAME_NONE;
    }
    for (unsigned round = 0; round < ROUNDS + PLACES; round++) {
        unsigned i = round < ROUNDS ? random_below(&random, PLACES) : round - ROUNDS;

        if (blocks[i].pfn != FRAME_NONE) {
            uint64_t *end = pfn_to_virtual(blocks[i].pfn + ((pfn_t)1 << blocks[i].order));

            wrong += end[-1] != blocks[i].pfn || blocks[i].pfn % ((pfn_t)1 << blocks[i].order) != 0;
            frames_free(blocks[i].pfn, blocks[i].order);
            blocks[i].pfn = FRAME_NONE;
        } else if (round < ROUNDS) {
            blocks[i].order = (unsigned)random_below(&random, BLOCKS);
            blocks[i].pfn = frames_alloc(blocks[i].order);
            if (blocks[i].pfn != FRAME_NONE) {
                uint64_t *end = pfn_to_virtual(blocks[i].pfn + ((pfn_t)1 << blocks[i].order));

                end[-1] = blocks[i].pfn;
            }
        }
    }
    check(wrong == 0, "blocks are aligned and nobody else writes to them", wrong, 0);
    check(pages_free() == before, "blocks in and out at random lose no page", pages_free(), before);
}

/* Ten thousand times a page is mapped somewhere, written through the mapping and read where it was all the time. */
static void test_map_rounds(void)
{
    struct region *region = region_reserve("rounds", (size_t)PLACES << 21, REGION_COMMITTED);
    size_t before, wrong = 0;

    check(region != NULL, "64 times 2 MiB of addresses can be reserved", 0, 1);
    before = pages_free();
    for (unsigned round = 0; round < ROUNDS; round++) {
        uintptr_t va = region->start + PAGE_SIZE * random_below(&random, region->size / PAGE_SIZE);
        uint64_t *page = page_alloc();
        pfn_t pfn = virtual_to_pfn(page);

        if (page == NULL || pagetable_map(va, &pfn, 1, ACCESS_WRITE) != 0) {
            wrong++;
            continue;
        }
        ((uint64_t *)va)[round % 512] = round;
        wrong += page[round % 512] != round || pagetable_lookup(va) != pfn;
        pagetable_unmap(va, 1);
        wrong += pagetable_lookup(va) != FRAME_NONE;
        page_free(page);
    }
    check(wrong == 0, "a page mapped anywhere is that page", wrong, 0);
    check(pages_free() == before, "10,000 rounds of mapping and unmapping lose no page",
          pages_free(), before);
    region_release(region);
}

static void test_errors(void)
{
    struct region *region = region_reserve("errors", 4 * PAGE_SIZE, REGION_COMMITTED);
    size_t before = pages_free();
    pfn_t pages[2] = {frames_alloc(0), frames_alloc(0)};
    int error = pagetable_map(region->start + PAGE_SIZE, pages, 1, ACCESS_READ);

    check(error == 0, "a page can be mapped read-only", (size_t)-error, 0);
    error = pagetable_map(region->start, pages, 2, ACCESS_WRITE);
    check(error == -XEN_EEXIST, "mapping over a page is refused", (size_t)-error, XEN_EEXIST);
    check(pagetable_lookup(region->start) == FRAME_NONE, "and nothing of it stays", 1, 0);
    error = pagetable_map(region->start + 8, pages, 1, ACCESS_WRITE);
    check(error == -XEN_EINVAL, "an address inside of a page is refused", (size_t)-error,
          XEN_EINVAL);
    error = pagetable_protect(region->start, 1, ACCESS_READ);
    check(error == -XEN_ENOENT, "protecting what is not mapped is refused", (size_t)-error,
          XEN_ENOENT);
    error = region_commit(region, 3 * PAGE_SIZE, 2 * PAGE_SIZE);
    check(error == -XEN_EINVAL, "a region ends where it ends", (size_t)-error, XEN_EINVAL);
    pagetable_unmap(region->start, 4);
    frames_free(pages[0], 0);
    frames_free(pages[1], 0);
    check(pages_free() == before, "no page is lost by any of it", pages_free(), before);
    region_release(region);
}

static bool all_zero(uintptr_t start, size_t size)
{
    for (size_t i = 0; i < size; i += sizeof(uint64_t)) {
        if (*(const uint64_t *)(start + i) != 0) {
            return false;
        }
    }
    return true;
}

static void test_on_demand(void)
{
    size_t before = pages_free(), used;
    struct region *region = region_reserve("on demand", 64 * PAGE_SIZE, REGION_ON_DEMAND);

    check(region != NULL && all_zero(region->start + 8 * PAGE_SIZE, 16 * PAGE_SIZE),
          "pages that come on demand are zero", 1, 0);
    used = before - pages_free();
    check(used >= 16 && used < 24, "and only those that were touched", used, 16);
    region_release(region);
    check(pages_free() == before, "all of them come back", pages_free(), before);
}

/* More than there is: the caller gets an error, and everything is as before. */
static void test_too_much(void)
{
    size_t before = pages_free();
    struct region *region = region_reserve("too much", guest.pages * PAGE_SIZE, REGION_COMMITTED);
    int error = region_commit(region, 0, region->size);

    check(error == -XEN_ENOMEM, "committing more than there is is refused", (size_t)-error,
          XEN_ENOMEM);
    region_release(region);
    check(heap_alloc(guest.pages * PAGE_SIZE) == NULL, "so is a block of the heap", 1, 0);
    check(heap_alloc(SIZE_MAX - 100) == NULL, "and one that no size can hold", 1, 0);
    check(pages_free() == before, "no page is lost by it", pages_free(), before);
}

/* The kernel's own threads would allocate, and free, while pages are counted: on one vCPU none goes before this one. */
static void be_alone(void)
{
#ifdef HAVE_THREADS
    thread_set_priority(thread_current(), THREAD_PRIORITIES - 1);
#endif
}

int application_run(const char *words)
{
    uint64_t seed = option_number(guest.command_line, "seed", 1);

    (void)words;
    be_alone();
    print("# seed %lu\n", seed);
    random = random_start(seed);
    test_exhaustion();
    test_blocks();
    test_map_rounds();
    test_errors();
    test_on_demand();
    test_too_much();
    print("1..%u\n", number);
    return 0;
}
