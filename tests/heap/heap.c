/* The heap against a simple layer of pages: classes, random use, exhaustion. See misuse.c for the rest. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <CUnit/CUnit.h>

#include <stardust/cpu.h>
#include <stardust/heap.h>

#include <kernel/mm/slab.h>

#include "../tap/tap.h"
#include "fake.h"
#include "model.h"

#define SMALL  ((size_t)100)
#define MEDIUM ((size_t)3 * PAGE_SIZE)
#define LARGE  (((size_t)PAGE_SIZE << FRAME_ORDER_MAX) + PAGE_SIZE)

static uint64_t seed = 1;

static void all_back(void)
{
    heap_trim();
    CU_ASSERT_EQUAL(fake_pages_free(), FAKE_PAGES);
}

/* The table of classes says for each size the smallest class that has room for it. */
static void test_classes(void)
{
    for (size_t size = 0; size <= HEAP_SMALL_MAX; size++) {
        unsigned size_class = class_of_units[(size + HEAP_UNIT - 1) / HEAP_UNIT];

        CU_ASSERT_TRUE_FATAL(size_class < HEAP_CLASSES);
        CU_ASSERT_TRUE(size_classes[size_class].size >= size);
        CU_ASSERT_TRUE(size_class == 0 || size_classes[size_class - 1].size < size);
        CU_ASSERT_EQUAL(size_classes[size_class].size % HEAP_ALIGNMENT, 0);
    }
}

static void test_begins(void)
{
    for (unsigned size_class = 0; size_class < HEAP_CLASSES; size_class++) {
        for (size_t offset = 0; offset < PAGE_SIZE; offset++) {
            bool begins = (PAGE_SIZE - offset) % size_classes[size_class].size == 0;

            CU_ASSERT_EQUAL(slab_begins_at(size_class, (char *)pfn_to_virtual(5) + offset), begins);
        }
    }
    for (size_t offset = 0; offset < PAGE_SIZE; offset++) {
        CU_ASSERT_FALSE(slab_begins_at(HEAP_MEDIUM, (char *)pfn_to_virtual(5) + offset));
    }
}

/* What is used of an allocation of n bytes: at least half, from 2048 bytes on up to a page whole pages. */
static void test_sizes(void)
{
    for (size_t size = 0; size < 20000; size = size < 5000 ? size + 1 : size + 997) {
        void *block = heap_alloc(size);

        CU_ASSERT_PTR_NOT_NULL_FATAL(block);
        CU_ASSERT_TRUE(heap_usable_size(block) >= size);
        CU_ASSERT_TRUE(heap_usable_size(block) <= 2 * size + HEAP_UNIT);
        memset(block, 0xff, heap_usable_size(block));
        heap_free(block);
    }
    heap_free(NULL);
    all_back();
}

static void test_alignments(void)
{
    static const size_t sizes[] = {0, 1, 24, 100, 700, 2000, 4096, 5000, 70000, LARGE};

    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        for (size_t alignment = 1; alignment <= (size_t)PAGE_SIZE << FRAME_ORDER_MAX;
             alignment *= 2) {
            char *block = heap_alloc_aligned(sizes[i], alignment);

            CU_ASSERT_PTR_NOT_NULL_FATAL(block);
            CU_ASSERT_EQUAL((uintptr_t)block % alignment, 0);
            CU_ASSERT_TRUE(heap_usable_size(block) >= sizes[i]);
            memset(block, 0xff, heap_usable_size(block));
            heap_free(block);
        }
    }
    CU_ASSERT_PTR_NULL(heap_alloc_aligned(100, (size_t)1 << 62));
    all_back();
}

/* A block of pages costs as many as it needs, also where the allocator of pages gives powers of two. */
static void test_no_page_too_many(void)
{
    for (size_t pages = 2; pages < 70; pages++) {
        void *block = heap_alloc(pages * PAGE_SIZE - 5);

        CU_ASSERT_EQUAL(fake_pages_free(), FAKE_PAGES - pages);
        heap_free(block);
        CU_ASSERT_EQUAL(fake_pages_free(), FAKE_PAGES);
    }
}

static void test_random_small(void)
{
    model_run(seed, 100000, 11);
    heap_check();
    all_back();
}

static void test_random_all(void)
{
    model_run(seed + 1, 10000, 17);
    model_run(seed + 2, 500, 23);
    heap_check();
    all_back();
}

static bool all_zero(const unsigned char *bytes, size_t size)
{
    return size == 0 || (bytes[0] == 0 && memcmp(bytes, bytes + 1, size - 1) == 0);
}

static void test_zeroed(void)
{
    static const size_t sizes[] = {1, SMALL, 4096, MEDIUM, LARGE};

    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        unsigned char *block = heap_alloc(sizes[i]);

        CU_ASSERT_PTR_NOT_NULL_FATAL(block);
        memset(block, 0xff, sizes[i]);
        heap_free(block);
        block = heap_alloc_zeroed(sizes[i]);
        CU_ASSERT_PTR_NOT_NULL_FATAL(block);
        CU_ASSERT_TRUE(all_zero(block, sizes[i]));
        heap_free(block);
    }
    all_back();
}

/* Take all memory in blocks of `size`, linked through their first words. Returns the last. */
static void **take_all(size_t size)
{
    void **all = NULL, **block;

    while ((block = heap_alloc(size)) != NULL) {
        *block = all;
        all = block;
    }
    return all;
}

static void test_exhaustion(void)
{
    static const size_t sizes[] = {16, SMALL, 2048, 4096, MEDIUM, 100000, LARGE};

    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        void **all = take_all(sizes[i]);

        CU_ASSERT_PTR_NOT_NULL(all);
        /* Less than a block is left, and no more than a page for each of a few caches. */
        CU_ASSERT_TRUE(fake_pages_free() < sizes[i] / PAGE_SIZE + 2);
        while (all != NULL) {
            void **next = *all;

            heap_free(all);
            all = next;
        }
        all_back();
    }
}

/* Free objects of another class, which the vCPU keeps for itself, are memory too. */
static void test_cached_is_memory(void)
{
    void **all = take_all(HEAP_SMALL_MAX), **next = *all, *small;

    heap_free(all);
    CU_ASSERT_EQUAL(fake_pages_free(), 0);
    small = heap_alloc(SMALL);
    CU_ASSERT_PTR_NOT_NULL(small);
    heap_free(small);
    for (all = next; all != NULL; all = next) {
        next = *all;
        heap_free(all);
    }
    all_back();
}

static void test_resize_without_memory(void)
{
    char *block = strcpy(heap_alloc(SMALL), "content");
    void **all = take_all(16);

    CU_ASSERT_PTR_NULL(heap_resize(block, 5000));
    CU_ASSERT_STRING_EQUAL(block, "content");
    CU_ASSERT_PTR_EQUAL(heap_resize(block, 3), block);
    CU_ASSERT_PTR_NULL(heap_alloc_zeroed(SIZE_MAX));
    CU_ASSERT_PTR_NULL(heap_alloc(SIZE_MAX - PAGE_SIZE));
    heap_free(block);
    while (all != NULL) {
        void **next = *all;

        heap_free(all);
        all = next;
    }
    all_back();
}

/* Pages without a block in use go back by themselves, but for what the vCPU's cache has. */
static void test_pages_go_back(void)
{
    static void *blocks[20000];

    for (size_t i = 0; i < 20000; i++) {
        blocks[i] = heap_alloc(64);
    }
    CU_ASSERT_TRUE(fake_pages_free() < FAKE_PAGES - 300);
    for (size_t i = 0; i < 20000; i++) {
        heap_free(blocks[i]);
    }
    CU_ASSERT_TRUE(fake_pages_free() > FAKE_PAGES - 10);
    all_back();
}

/* So many that the vCPU's cache is emptied and filled on the way. */
static void check_mask_stays(size_t size)
{
    void *blocks[200];

    for (size_t i = 0; i < 200; i++) {
        blocks[i] = heap_alloc(size);
        CU_ASSERT_FALSE(fake_masked());
    }
    for (size_t i = 0; i < 200; i++) {
        heap_free(blocks[i]);
        CU_ASSERT_FALSE(fake_masked());
    }
}

static void test_critical(void)
{
    struct vcpu_info *vcpu = &cpu_this()->info;
    unsigned before = fake_deliveries();

    heap_free(heap_alloc(SMALL));
    CU_ASSERT_TRUE(fake_masked());
    vcpu->evtchn_upcall_mask = 0;
    check_mask_stays(SMALL);
    check_mask_stays(MEDIUM);
    heap_free(heap_alloc(LARGE));
    CU_ASSERT_FALSE(fake_masked());
    CU_ASSERT_EQUAL(fake_deliveries(), before);
    vcpu->evtchn_upcall_pending = 1;
    heap_free(heap_alloc(SMALL));
    CU_ASSERT_EQUAL(fake_deliveries(), before + 2);
    vcpu->evtchn_upcall_pending = 0;
    vcpu->evtchn_upcall_mask = 1;
}

int main(int argc, char **argv)
{
    static const struct tap_test tests[] = {
        {"every size has the smallest class with room", test_classes},
        {"where objects begin in a page", test_begins},
        {"every size", test_sizes},
        {"alignments", test_alignments},
        {"blocks of pages take no page too many", test_no_page_too_many},
        {"random use of small sizes", test_random_small},
        {"random use of all sizes", test_random_all},
        {"zeroed blocks", test_zeroed},
        {"all memory, and it comes back", test_exhaustion},
        {"what the vCPU keeps is memory, too", test_cached_is_memory},
        {"resizing without memory", test_resize_without_memory},
        {"empty pages go back", test_pages_go_back},
        {"upcalls stay as they were, and late ones come", test_critical},
    };

    seed = argc > 1 ? strtoull(argv[1], NULL, 0) : seed;
    printf("# seed %lu\n", seed);
    fake_start();
    return TAP_RUN("heap", tests);
}
