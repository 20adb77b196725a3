/*
 * The kernel's memory, used by threads on all vCPUs at the same time: pages, blocks, the heap, regions, and pages that
 * all of them touch first at once. Then nothing is lost. Prints TAP lines.
 */
#include <stardust/application.h>
#include <stardust/cpu.h>
#include <stardust/critical.h>
#include <stardust/frames.h>
#include <stardust/heap.h>
#include <stardust/options.h>
#include <stardust/print.h>
#include <stardust/region.h>
#include <stardust/start_info.h>
#include <stardust/thread.h>
#include <stardust/wait.h>

#include <tests/ktap/random.h>

const char application_name[] = "memory-stress";

enum { WORKERS = 8, WAVES = 4, PLACES = 24, SHARED_PAGES = 128, BLOCK_ORDERS = 5 };
enum { OBJECTS = 200, OBJECT_SIZE = 256, REGIONS = 8, BURSTS = 8 };

/* What a worker has: memory with its own stamp at both ends. */
struct place {
    enum { NOTHING, PAGE, BLOCK, HEAP, REGION, KINDS } kind;
    uint64_t *first, *last; /* words in it */
    union {
        void *page;
        struct {
            pfn_t pfn;
            unsigned order;
        } block;
        void *heap;
        struct region *region;
    };
};

struct worker {
    struct thread *thread;
    struct random random;
    uint64_t stamp;
    size_t wrong;      /* words that somebody else wrote to, and changes that were refused */
    cpu_mask_t ran_on; /* vCPUs */
    struct place places[PLACES];
};

static struct worker workers[WORKERS];
static struct region *shared;
static unsigned rounds, number;

static void check(bool passed, const char *what, size_t seen, size_t wanted)
{
    print("%s %u - memory under stress: %s\n", passed ? "ok" : "not ok", ++number, what);
    if (!passed) {
        print("# it is %zu, and should be %zu\n", seen, wanted);
    }
}

static void stamp(struct worker *w, struct place *place, void *memory, size_t size)
{
    place->first = memory;
    place->last = place->first + size / sizeof(uint64_t) - 1;
    *place->first = *place->last = ++w->stamp;
}

static void take_page(struct worker *w, struct place *place)
{
    place->page = page_alloc();
    if (place->page != NULL) {
        place->kind = PAGE;
        stamp(w, place, place->page, PAGE_SIZE);
    }
}

static void take_block(struct worker *w, struct place *place)
{
    place->block.order = (unsigned)random_below(&w->random, BLOCK_ORDERS);
    place->block.pfn = frames_alloc(place->block.order);
    if (place->block.pfn != FRAME_NONE) {
        place->kind = BLOCK;
        stamp(w, place, pfn_to_virtual(place->block.pfn), PAGE_SIZE << place->block.order);
    }
}

/* Small ones mostly, some of several pages, now and then one so large that it is a region. */
static void take_heap(struct worker *w, struct place *place)
{
    uint64_t choice = random_below(&w->random, 200);
    size_t size = choice == 0  ? ((size_t)PAGE_SIZE << FRAME_ORDER_MAX) + PAGE_SIZE
                  : choice < 5 ? random_below(&w->random, 10) * PAGE_SIZE + PAGE_SIZE
                               : random_below(&w->random, 500) * sizeof(uint64_t) + 16;

    place->heap = heap_alloc(size);
    if (place->heap != NULL) {
        place->kind = HEAP;
        stamp(w, place, place->heap, size);
    }
}

static void take_region(struct worker *w, struct place *place)
{
    size_t size = (random_below(&w->random, 6) + 1) * PAGE_SIZE;

    place->region = region_reserve("stress", size, REGION_COMMITTED);
    if (place->region == NULL) {
        return;
    }
    if (region_commit(place->region, 0, size) != 0) {
        region_release(place->region);
        return;
    }
    place->kind = REGION;
    stamp(w, place, (void *)place->region->start, size);
    w->wrong += pagetable_protect(place->region->start, size / PAGE_SIZE, ACCESS_READ) != 0;
}

static void take(struct worker *w, struct place *place)
{
    switch (random_below(&w->random, KINDS - 1) + 1) {
    case PAGE:
        take_page(w, place);
        break;
    case BLOCK:
        take_block(w, place);
        break;
    case HEAP:
        take_heap(w, place);
        break;
    default:
        take_region(w, place);
    }
}

static void give(struct worker *w, struct place *place)
{
    w->wrong += *place->first != *place->last || *place->first == 0;
    switch (place->kind) {
    case PAGE:
        page_free(place->page);
        break;
    case BLOCK:
        frames_free(place->block.pfn, place->block.order);
        break;
    case HEAP:
        heap_free(place->heap);
        break;
    default:
        region_release(place->region);
    }
    place->kind = NOTHING;
}

/* More objects than a vCPU keeps, and regions without pages: the lists that all share are in use for most of the time. */
static void burst(struct worker *w)
{
    uint64_t *objects[OBJECTS];
    struct region *regions[REGIONS];

    for (size_t i = 0; i < REGIONS; i++) {
        regions[i] = region_reserve("burst", PAGE_SIZE, REGION_COMMITTED);
    }
    for (size_t i = 0; i < OBJECTS; i++) {
        objects[i] = heap_alloc(OBJECT_SIZE);
        if (objects[i] != NULL) {
            objects[i][0] = w->stamp + i;
        }
    }
    for (size_t i = 0; i < OBJECTS; i++) {
        w->wrong += objects[i] != NULL && objects[i][0] != w->stamp + i;
        heap_free(objects[i]);
    }
    for (size_t i = 0; i < REGIONS; i++) {
        if (regions[i] != NULL) {
            w->wrong += region_of(regions[i]->start) != regions[i];
            region_release(regions[i]);
        }
    }
}

/* Each worker adds one to each page. All go through them in the same order, so that they meet where no page is yet. */
static void touch_shared(size_t page)
{
    __atomic_fetch_add((uint64_t *)(shared->start + page * PAGE_SIZE), 1, __ATOMIC_RELAXED);
}

static cpu_mask_t this_cpu(void)
{
    critical_t state = critical_enter();
    cpu_mask_t mask = (cpu_mask_t)1 << cpu_this()->number;

    critical_leave(state);
    return mask;
}

static cpu_mask_t all_cpus(void)
{
    return CPU_MASK_ALL >> (CPUS_MAX - cpu_count());
}

static void *work(void *argument)
{
    struct worker *w = argument;

    for (size_t round = 0; round < rounds; round++) {
        struct place *place = &w->places[random_below(&w->random, PLACES)];

        if (place->kind == NOTHING) {
            take(w, place);
        } else {
            give(w, place);
        }
        if (round < SHARED_PAGES) {
            touch_shared(round);
        }
        if (random_below(&w->random, BURSTS) == 0) {
            burst(w);
        }
        w->ran_on |= this_cpu();
        if (random_below(&w->random, 32) == 0) {
            thread_yield();
        }
    }
    for (size_t i = 0; i < PLACES; i++) {
        if (w->places[i].kind != NOTHING) {
            give(w, &w->places[i]);
        }
    }
    return NULL;
}

/* Let all workers work. Returns what went wrong. */
static size_t wave(void)
{
    size_t wrong = 0;

    shared = region_reserve("shared", SHARED_PAGES * PAGE_SIZE, REGION_ON_DEMAND);
    for (size_t i = 0; i < WORKERS; i++) {
        wrong += thread_create(&workers[i].thread, NULL, work, &workers[i]) != 0;
    }
    for (size_t i = 0; i < WORKERS; i++) {
        wrong += thread_join(workers[i].thread, NULL, NSEC_FOREVER) != 0;
        wrong += workers[i].wrong;
        workers[i].wrong = 0;
    }
    return wrong;
}

/* Pages in which a worker's one is missing: it went into another page than the others'. */
static size_t pages_lost(void)
{
    size_t lost = 0;

    for (size_t i = 0; i < SHARED_PAGES; i++) {
        lost += *(const uint64_t *)(shared->start + i * PAGE_SIZE) != WORKERS;
    }
    region_release(shared);
    return lost;
}

/* Everything that can be had: each vCPU's own part of the heap is given back by a visit. */
static size_t pages_free(void)
{
    struct frame_statistics s;

    for (unsigned i = 0; i < CPUS_MAX && cpus[i] != NULL; i++) {
        thread_set_affinity(thread_current(), (cpu_mask_t)1 << i);
        heap_trim();
        page_cache_drain();
    }
    thread_set_affinity(thread_current(), CPU_MASK_ALL);
    s = frames_statistics();
    return s.free + s.cached;
}

/* Take all memory in, by taking all of it, and give it back. */
static void take_all_in(void)
{
    pfn_t last = FRAME_NONE, pfn;

    while ((pfn = frames_alloc(0)) != FRAME_NONE) {
        *(pfn_t *)pfn_to_virtual(pfn) = last;
        last = pfn;
    }
    while (last != FRAME_NONE) {
        pfn = last;
        last = *(pfn_t *)pfn_to_virtual(pfn);
        frames_free(pfn, 0);
    }
}

/* The first wave finds most memory not taken in; only after it can be counted what the others leave. */
int application_run(const char *words)
{
    uint64_t seed = option_number(guest.command_line, "seed", 1);
    size_t wrong = 0, lost = 0, before = 0, after;
    cpu_mask_t ran_on = 0;

    (void)words;
    rounds = (unsigned)option_number(guest.command_line, "rounds", 1500);
    print("# seed %lu\n", seed);
    for (size_t i = 0; i < WORKERS; i++) {
        workers[i] = (struct worker){.random = random_start(seed + i), .stamp = (i + 1) << 32};
    }
    for (unsigned i = 0; i < WAVES; i++) {
        wrong += wave();
        lost += pages_lost();
        if (i == 0) {
            take_all_in();
            before = pages_free();
        }
    }
    after = pages_free();
    for (size_t i = 0; i < WORKERS; i++) {
        ran_on |= workers[i].ran_on;
    }
    check(wrong == 0, "what a thread has nobody else writes to", wrong, 0);
    check(lost == 0, "a page that all touch first is one page for all", lost, 0);
    check(after == before, "no page is lost", after, before);
    check(ran_on == all_cpus(), "each vCPU has worked", ran_on, all_cpus());
    print("1..%u\n", number);
    return 0;
}
