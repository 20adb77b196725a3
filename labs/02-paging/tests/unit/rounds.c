/* All together: ten thousand random rounds against a simple model, and no page lost. */
#include "memory.h"

#include <string.h>

#include <tests/fakexen/tlb.h>
#include <tests/ktap/random.h>

#include "suites.h"

#include <xen/errno.h>

#define ROUNDS 10000
#define SLOTS  1536 /* pages of addresses: three last-level tables, over the border of a GiB */
#define HELD   64   /* pages that are mapped there */
#define MOST   12

static const uintptr_t base = WINDOW + GIB_1 - MIB_2;
static const pfn_t *pages;
static unsigned round_number;

/* The simple model: what each slot is mapped to. */
static struct {
    pfn_t pfn; /* FRAME_NONE: nothing */
    enum access access;
} slots[SLOTS];

static void check_round(int answer, int expected, const char *what, size_t slot, size_t count)
{
    CHECK(answer == expected, .rule = "each call returns what its contract says, in any sequence",
          .did =
              text("round %u with the seed %lu: %s of %zu pages at slot %zu (0x%lx) returned %d",
                   round_number, test_seed(), what, count, slot, base + slot * PAGE_SIZE, answer),
          .expected = text("%d", expected),
          .usually = "something that an earlier round left: the count of a table's entries?");
    CHECK(tlb_stale() == NULL, .rule = "when it returns, no vCPU has more access than the tables",
          .did = text("round %u with the seed %lu: %s of %zu pages at slot %zu leaves %zu "
                      "translations that were never flushed",
                      round_number, test_seed(), what, count, slot, tlb_stale_count()),
          .expected = "none", .usually = "a path without a flush");
}

static size_t first_used(size_t slot, size_t count, bool used)
{
    for (size_t i = 0; i < count; i++) {
        if ((slots[slot + i].pfn != FRAME_NONE) == used) {
            return i;
        }
    }
    return count;
}

static void round_map(struct random *random, size_t slot, size_t count, enum access access)
{
    bool room = first_used(slot, count, true) == count;
    const pfn_t *chosen = pages + random_below(random, HELD - MOST);

    check_round(pagetable_map(base + slot * PAGE_SIZE, chosen, count, access),
                room ? 0 : -XEN_EEXIST, "pagetable_map", slot, count);
    for (size_t i = 0; room && i < count; i++) {
        slots[slot + i].pfn = chosen[i];
        slots[slot + i].access = access;
    }
}

static void round_unmap(size_t slot, size_t count)
{
    pagetable_unmap(base + slot * PAGE_SIZE, count);
    check_round(0, 0, "pagetable_unmap", slot, count);
    for (size_t i = 0; i < count; i++) {
        slots[slot + i].pfn = FRAME_NONE;
    }
}

static void round_protect(size_t slot, size_t count, enum access access)
{
    size_t mapped = first_used(slot, count, false);

    check_round(pagetable_protect(base + slot * PAGE_SIZE, count, access),
                mapped == count ? 0 : -XEN_ENOENT, "pagetable_protect", slot, count);
    for (size_t i = 0; i < mapped; i++) {
        slots[slot + i].access = access;
    }
}

static void play(struct random *random)
{
    size_t count = 1 + random_below(random, MOST);
    size_t slot = random_below(random, SLOTS / 16) + (SLOTS / 3 - 40) * random_below(random, 3);
    enum access access = (enum access)random_below(random, 3);

    switch (random_below(random, 8)) {
    case 0:
    case 1:
    case 2:
        round_map(random, slot, count, access);
        break;
    case 3:
        round_protect(slot, count, access);
        break;
    default:
        round_unmap(slot, count);
    }
}

static void check_slots(void)
{
    memory_check(NULL);
    for (size_t slot = 0; slot < SLOTS; slot++) {
        uintptr_t va = base + slot * PAGE_SIZE;

        if (slots[slot].pfn != FRAME_NONE) {
            memory_check_mapped(va, slots[slot].pfn, slots[slot].access, NULL);
        } else {
            memory_check_unmapped(
                va, 1, text("round %u with the seed %lu", round_number, test_seed()), NULL);
        }
    }
}

static void test_random(void)
{
    struct random random = random_start(test_seed());
    struct memory_state before;

    memory_start(FRAMES_PER_CHUNK);
    memset(slots, 0xff, sizeof slots);
    pages = memory_pages(HELD);
    before = memory_state();
    for (round_number = 0; round_number < ROUNDS; round_number++) {
        play(&random);
        if (round_number % 1000 == 0) {
            check_slots();
        }
    }
    round_unmap(0, SLOTS);
    memory_check_same(&before, text("in %u rounds with the seed %lu", ROUNDS, test_seed()), NULL);
}

CU_TestInfo rounds_tests[] = {
    {"random", test_random},
    CU_TEST_INFO_NULL,
};
