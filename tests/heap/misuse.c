/* What nobody may do with the heap: each ends in a panic that names the address. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <CUnit/CUnit.h>

#include <stardust/frames.h>
#include <stardust/heap.h>

#include "../tap/tap.h"
#include "fake.h"

#define SMALL  ((size_t)100)
#define MEDIUM ((size_t)3 * PAGE_SIZE)
#define LARGE  (((size_t)PAGE_SIZE << FRAME_ORDER_MAX) + PAGE_SIZE)

static char *volatile block;

static void free_twice(size_t size, bool flushed)
{
    block = heap_alloc(size);
    heap_alloc(size);
    heap_free(block);
    if (flushed) {
        heap_trim();
    }
    heap_free(block);
}

static void small_twice(void)
{
    free_twice(SMALL, false);
}

static void small_twice_flushed(void)
{
    free_twice(SMALL, true);
}

static void last_small_twice(void)
{
    block = heap_alloc(SMALL);
    heap_free(block);
    heap_trim();
    heap_free(block);
}

static void medium_twice(void)
{
    free_twice(MEDIUM, false);
}

static void large_twice(void)
{
    free_twice(LARGE, false);
}

static void test_twice(void)
{
    CU_ASSERT_TRUE(fake_panics(small_twice, "not a block in use: it was freed before"));
    CU_ASSERT_TRUE(fake_panics(small_twice_flushed, "not a block in use: it was freed before"));
    CU_ASSERT_TRUE(fake_panics(last_small_twice, "not a block in use"));
    CU_ASSERT_TRUE(fake_panics(medium_twice, "not a block in use"));
    CU_ASSERT_TRUE(fake_panics(large_twice, "not a block in use"));
}

static void small_inside(void)
{
    heap_free((char *)heap_alloc(SMALL) + 16);
}

static void small_odd(void)
{
    heap_free((char *)heap_alloc(64) + 1);
}

static void medium_inside(void)
{
    heap_free((char *)heap_alloc(MEDIUM) + PAGE_SIZE);
}

static void medium_odd(void)
{
    heap_free((char *)heap_alloc(MEDIUM) + 16);
}

static void large_inside(void)
{
    heap_free((char *)heap_alloc(LARGE) + PAGE_SIZE);
}

static void large_before(void)
{
    heap_free((char *)heap_alloc_aligned(LARGE, 16 * PAGE_SIZE) - PAGE_SIZE);
}

static void test_inside(void)
{
    CU_ASSERT_TRUE(fake_panics(small_inside, "not a block in use: none begins there"));
    CU_ASSERT_TRUE(fake_panics(small_odd, "not a block in use: none begins there"));
    CU_ASSERT_TRUE(fake_panics(medium_inside, "not a block in use"));
    CU_ASSERT_TRUE(fake_panics(medium_odd, "not a block in use: none begins there"));
    CU_ASSERT_TRUE(fake_panics(large_inside, "not a block in use"));
    CU_ASSERT_TRUE(fake_panics(large_before, "not a block in use"));
}

static void wild_low(void)
{
    heap_free((void *)16);
}

static void wild_high(void)
{
    heap_free((void *)UINTPTR_MAX);
}

static void wild_stack(void)
{
    char here[32];

    heap_free(here);
}

static void wild_page(void)
{
    heap_free(page_alloc());
}

static void size_of_wild(void)
{
    heap_usable_size((void *)16);
}

static void test_wild(void)
{
    CU_ASSERT_TRUE(fake_panics(wild_low, "heap: free of 0x10: not a block in use"));
    CU_ASSERT_TRUE(fake_panics(wild_high, "heap: free of 0xffffffffffffffff: not a block in use"));
    CU_ASSERT_TRUE(fake_panics(wild_stack, "not a block in use"));
    CU_ASSERT_TRUE(fake_panics(wild_page, "not a block in use"));
    CU_ASSERT_TRUE(fake_panics(size_of_wild, "heap: size of 0x10: not a block in use"));
}

static void write_freed(void)
{
    block = heap_alloc(SMALL);
    heap_free(block);
    block[3] ^= 1;
}

static void written_then_allocated(void)
{
    write_freed();
    heap_alloc(SMALL);
}

static void written_then_checked(void)
{
    write_freed();
    heap_check();
}

static void test_written(void)
{
    CU_ASSERT_TRUE(fake_panics(written_then_allocated, "was written to after it was freed"));
    CU_ASSERT_TRUE(fake_panics(written_then_checked, "was written to after it was freed"));
}

int main(void)
{
    static const struct tap_test tests[] = {
        {"freeing twice is refused", test_twice},
        {"freeing inside a block is refused", test_inside},
        {"freeing anything else is refused", test_wild},
        {"a write to a free block is found", test_written},
    };

    fake_start();
    return TAP_RUN("misuse", tests);
}
