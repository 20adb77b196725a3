/* Page faults that are over when one looks: what the entries of a walk allow. */
#include <stardust/memory.h>

#include <CUnit/CUnit.h>

#include "../tap/tap.h"

#define READ_ONLY  (PTE_PRESENT | PTE_USER)
#define READ_WRITE (READ_ONLY | PTE_WRITABLE)

#define WRITE_FAULT (FAULT_PRESENT | FAULT_WRITE)

/* All four entries the same, but for that of `level`. */
static struct walk walk_of(uint64_t entry, unsigned level, uint64_t other)
{
    struct walk walk = {.level = 1, .entries = {0, entry, entry, entry, entry}};

    walk.entries[level] = other;
    return walk;
}

static void check_each_level(uint64_t entry, uint64_t other, uint64_t error)
{
    struct walk walk = walk_of(entry, 1, entry);

    CU_ASSERT_TRUE(walk_allows(&walk, error));
    for (unsigned level = 1; level <= 4; level++) {
        walk = walk_of(entry, level, other);
        CU_ASSERT_FALSE(walk_allows(&walk, error));
    }
}

static void test_write(void)
{
    check_each_level(READ_WRITE | PTE_NO_EXECUTE, READ_ONLY, WRITE_FAULT);
}

static void test_read(void)
{
    check_each_level(READ_ONLY, 0, FAULT_PRESENT);
    check_each_level(READ_ONLY, PTE_PRESENT, FAULT_PRESENT);
}

static void test_fetch(void)
{
    check_each_level(READ_ONLY, READ_ONLY | PTE_NO_EXECUTE, FAULT_PRESENT | FAULT_FETCH);
}

static void test_reserved(void)
{
    struct walk walk = walk_of(READ_WRITE, 1, READ_WRITE);

    CU_ASSERT_FALSE(walk_allows(&walk, WRITE_FAULT | FAULT_RESERVED));
}

/* Its last entries were not read. */
static void test_lost(void)
{
    struct walk walk = {.level = 3, .entries = {[4] = READ_WRITE, [3] = READ_WRITE}, .lost = true};

    CU_ASSERT_FALSE(walk_allows(&walk, WRITE_FAULT));
}

int main(void)
{
    static const struct tap_test tests[] = {
        {"a write, when every entry allows it", test_write},
        {"a read, when every entry is there for us", test_read},
        {"code, when no entry forbids it", test_fetch},
        {"never an entry with a reserved bit", test_reserved},
        {"never a walk that is not complete", test_lost},
    };

    return TAP_RUN("walk", tests);
}
