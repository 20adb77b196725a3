/* The debug build's heap: random use as the other one, and everything that it must find. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <CUnit/CUnit.h>

#include <stardust/heap.h>

#include <kernel/mm/heap_debug.h>

#include "../tap/tap.h"
#include "fake.h"
#include "model.h"

#define SIZE ((size_t)40)

static uint64_t seed = 1;

/* What the next case is about: a case runs in a process of its own, which begins with what stands here. */
static ptrdiff_t place;
static char *volatile block;

static void all_back(void)
{
    heap_trim();
    CU_ASSERT_EQUAL(fake_pages_free(), FAKE_PAGES);
}

static void test_random(void)
{
    model_run(seed, 50000, 11);
    model_run(seed + 1, 5000, 17);
    heap_check();
    all_back();
}

static void test_fill(void)
{
    unsigned char *bytes = heap_alloc(SIZE);

    for (size_t i = 0; i < SIZE; i++) {
        CU_ASSERT_EQUAL(bytes[i], DEBUG_NEW_BYTE);
    }
    CU_ASSERT_EQUAL(heap_usable_size(bytes), SIZE);
    heap_free(bytes);
    for (size_t i = 0; i < SIZE; i++) {
        CU_ASSERT_EQUAL(bytes[i], DEBUG_OLD_BYTE);
    }
    bytes = heap_alloc_zeroed(SIZE);
    CU_ASSERT_TRUE(bytes[0] == 0 && memcmp(bytes, bytes + 1, SIZE - 1) == 0);
    heap_free(bytes);
    all_back();
}

static void write_and_free(void)
{
    block = heap_alloc(SIZE);
    block[place] = 1;
    heap_free(block);
}

static void write_and_check(void)
{
    block = heap_alloc(SIZE);
    block[place] = 1;
    heap_check();
}

static void test_red_zones(void)
{
    char words[80];

    for (place = 0; place < DEBUG_RED_ZONE; place++) {
        ptrdiff_t nth = place + 1;

        place += (ptrdiff_t)SIZE;
        snprintf(words, sizeof words, "of 40 bytes: 0x01 was written to byte %td after its end",
                 nth);
        CU_ASSERT_TRUE(fake_panics(write_and_free, words));
        place = -nth;
        snprintf(words, sizeof words, "0x01 was written to byte %td before its beginning", nth);
        CU_ASSERT_TRUE(fake_panics(write_and_check, words));
        place = nth - 1;
    }
    place = (ptrdiff_t)SIZE;
    CU_ASSERT_TRUE(fake_panics(write_and_check, "allocated by some_function+0x"));
}

static void write_freed(void)
{
    block = heap_alloc(SIZE);
    heap_free(block);
    block[place] = 'x';
}

static void written_then_checked(void)
{
    write_freed();
    heap_check();
}

static void written_then_trimmed(void)
{
    write_freed();
    heap_trim();
}

/* Enough others are freed for the block to leave quarantine. */
static void written_then_others(void)
{
    write_freed();
    for (int i = 0; i < 1000; i++) {
        heap_free(heap_alloc(SIZE));
    }
}

static void written_through_old_address(void)
{
    block = heap_alloc(SIZE);
    heap_resize(block, SIZE - 1);
    block[place] = 'x';
    heap_check();
}

static void test_written(void)
{
    for (place = 0; place < (ptrdiff_t)SIZE; place += 13) {
        char words[80];

        snprintf(words, sizeof words, "of 40 bytes: 0x78 was written to its byte %td", place);
        CU_ASSERT_TRUE(fake_panics(written_then_checked, words));
        CU_ASSERT_TRUE(fake_panics(written_then_trimmed, words));
        CU_ASSERT_TRUE(fake_panics(written_then_others, words));
        CU_ASSERT_TRUE(fake_panics(written_through_old_address, words));
        CU_ASSERT_TRUE(fake_panics(written_then_checked, "freed by some_function+0x"));
    }
}

static void record_destroyed(void)
{
    block = heap_alloc(SIZE);
    memset(block - sizeof(struct debug_block) + sizeof(void *), 0xff,
           sizeof(struct debug_block) - sizeof(void *));
    heap_check();
}

static void free_twice(void)
{
    block = heap_alloc(SIZE);
    heap_free(block);
    heap_free(block);
}

static void free_inside(void)
{
    heap_free((char *)heap_alloc(SIZE) + 8);
}

static void free_wild(void)
{
    heap_free((void *)16);
}

static void resize_freed(void)
{
    block = heap_alloc(SIZE);
    heap_free(block);
    heap_resize(block, 2 * SIZE);
}

static void test_refused(void)
{
    CU_ASSERT_TRUE(fake_panics(record_destroyed, "was overwritten"));
    CU_ASSERT_TRUE(fake_panics(free_twice, "not a block in use: it was freed before\n"));
    CU_ASSERT_TRUE(fake_panics(free_twice, "freed by some_function+0x"));
    CU_ASSERT_TRUE(fake_panics(free_inside, "not a block in use: byte 8 of 0x"));
    CU_ASSERT_TRUE(fake_panics(free_wild, "heap: free of 0x10: not a block in use"));
    CU_ASSERT_TRUE(fake_panics(resize_freed, "not a block in use"));
}

/* What is in quarantine is memory all the same. */
static void test_exhaustion(void)
{
    void **all = NULL, *big;

    for (int round = 0; round < 2; round++) {
        void **next;

        while ((next = heap_alloc(4000)) != NULL) {
            *next = all;
            all = next;
        }
        for (; all != NULL; all = next) {
            next = *all;
            heap_free(all);
        }
    }
    big = heap_alloc((FAKE_PAGES - 8) * (size_t)4096);
    CU_ASSERT_PTR_NOT_NULL(big);
    heap_free(big);
    heap_free(NULL);
    all_back();
}

int main(int argc, char **argv)
{
    static const struct tap_test tests[] = {
        {"random use", test_random},
        {"what new and freed blocks are filled with", test_fill},
        {"a write before or after a block is found", test_red_zones},
        {"a write to a freed block is found", test_written},
        {"wrong frees are refused", test_refused},
        {"all memory, and it comes back", test_exhaustion},
    };

    seed = argc > 1 ? strtoull(argv[1], NULL, 0) : seed;
    printf("# seed %lu\n", seed);
    fake_start();
    return TAP_RUN("heap_debug", tests);
}
