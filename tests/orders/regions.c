/* Regions that several vCPUs reserve, look for and release at once: each has addresses of its own, and none is lost. */
#include "suites.h"

#include <stdlib.h>
#include <string.h>

#include <stardust/frames.h>
#include <stardust/heap.h>
#include <stardust/memory.h>
#include <stardust/memory_lock.h>
#include <stardust/print.h>
#include <stardust/region.h>
#include <stardust/report.h>
#include <stardust/trap.h>

#include <tests/fakexen/explore.h>
#include <tests/fakexen/runner/test.h>

#define VCPUS  3
#define SEEDS  60
#define ROUNDS 12
#define KEPT   3 /* regions of each vCPU at a time */

struct region *as_built_region_reserve(const char *name, size_t size, enum region_kind kind);
const struct region *as_built_region_of(uintptr_t address);
void as_built_region_release(struct region *region);

static struct region *kept[VCPUS][KEPT];

void *heap_alloc(size_t size)
{
    return malloc(size);
}

/* Whoever still looks there loses its way. */
void heap_free(void *region)
{
    explicit_bzero(region, sizeof(struct region));
    free(region);
}

/* No region here has pages. */
void *page_alloc_zeroed(void)
{
    return NULL;
}

void page_free(void *page)
{
    (void)page;
}

int pagetable_map(uintptr_t va, const pfn_t *pfns, size_t count, unsigned access)
{
    (void)va, (void)pfns, (void)count, (void)access;
    return 0;
}

pfn_t pagetable_lookup(uintptr_t va)
{
    (void)va;
    return FRAME_NONE;
}

void pagetable_unmap(uintptr_t va, size_t count)
{
    (void)va, (void)count;
}

critical_t memory_lock(void)
{
    return 0;
}

void memory_unlock(critical_t state)
{
    (void)state;
}

struct walk memory_walk(uintptr_t address)
{
    (void)address;
    return (struct walk){0};
}

size_t format_text(char *text, size_t size, const char *format, ...)
{
    (void)text, (void)size, (void)format;
    return 0;
}

void trap_set_page_fault_handler(bool (*handler)(uintptr_t address, uint64_t error))
{
    (void)handler;
}

void report_set_describer(bool (*describe)(uint64_t address, char *text, size_t size))
{
    (void)describe;
}

static bool apart(const struct region *a, const struct region *b)
{
    return a == NULL || a == b || a->start + a->size + PAGE_SIZE <= b->start ||
           b->start + b->size + PAGE_SIZE <= a->start;
}

static void check_alone(const struct region *region)
{
    for (unsigned i = 0; i < VCPUS * KEPT; i++) {
        const struct region *other = kept[i / KEPT][i % KEPT];

        CHECK(apart(other, region), .rule = "two regions have a page between them",
              .did = text("gave one %#lx, and another one %#lx", other->start, region->start),
              .where = (const void *)as_built_region_reserve);
    }
}

static void check_known(const struct region *region)
{
    const struct region *found = as_built_region_of(region->start);

    CHECK(found == region, .rule = "a region is found until it is released",
          .did = text("lost the one at %#lx", region->start),
          .where = (const void *)as_built_region_release);
}

static void replace(struct region **place, size_t pages)
{
    struct region *region;

    if (*place != NULL) {
        struct region *old = *place;

        check_known(old);
        *place = NULL;
        as_built_region_release(old);
    }
    region = as_built_region_reserve("test", pages * PAGE_SIZE, REGION_COMMITTED);
    CHECK(region != NULL, .did = "had no addresses for a region");
    check_alone(region);
    *place = region;
    check_known(region);
}

/* Of different sizes, so that gaps are filled in different orders. */
static void reserve_and_release(void *own)
{
    struct region **mine = own;

    for (unsigned i = 0; i < ROUNDS; i++) {
        replace(&mine[i % KEPT], 1 + (i + (unsigned)(mine - kept[0])) % 4);
    }
}

static void release_all(void)
{
    for (unsigned i = 0; i < VCPUS * KEPT; i++) {
        if (kept[i / KEPT][i % KEPT] != NULL) {
            as_built_region_release(kept[i / KEPT][i % KEPT]);
            kept[i / KEPT][i % KEPT] = NULL;
        }
    }
}

static void test_reserved(void)
{
    const struct explore_options options = {
        .functions = {reserve_and_release, reserve_and_release, reserve_and_release},
        .arguments = {kept[0], kept[1], kept[2]},
    };

    fakexen_start(&(struct fakexen_options){.vcpus = VCPUS, .seed = test_seed()});
    explore_seeds(&options, SEEDS, fakexen_again, release_all);
}

CU_TestInfo region_tests[] = {
    {"reserved", test_reserved},
    CU_TEST_INFO_NULL,
};
