/* Exercises 6.1 to 6.3 on the real hypervisor: the first domain grants to itself, and maps it. See parts.h. */
#include "parts.h"

#include <stardust/frames.h>
#include <stardust/grant.h>
#include <stardust/grant_map.h>
#include <stardust/memory.h>
#include <stardust/print.h>

#include <tests/ktap/guest.h>

#define SELF 0 /* the first domain's number */

static char did[160];

/* The first word of the page granted as `grant`, read by way of a mapping; 0 when it cannot be mapped. */
static uint64_t read_granted(grant_t grant)
{
    struct grant_mapping *mapping;
    uint64_t word = 0;

    if (grant_map(SELF, &grant, 1, true, &mapping) == 0) {
        word = *(volatile uint64_t *)mapping->address;
        grant_unmap(mapping);
    }
    return word;
}

static uint64_t *row_pages[OTHERS_ROW_PAGES];
static grant_t rows[OTHERS_ROWS_MOST];

static unsigned give_rows(uint64_t seed)
{
    unsigned given = 0;

    for (unsigned i = 0; i < OTHERS_ROW_PAGES; i++) {
        row_pages[i] = page_alloc_zeroed();
        *row_pages[i] = random_word(seed, "row page", i);
    }
    while (given < others_rows(seed) &&
           grant_access(SELF, virtual_to_pfn(row_pages[others_row_page(seed, given)]), true,
                        &rows[given]) == 0) {
        given++;
    }
    return given;
}

void test_rows(uint64_t seed)
{
    unsigned given = give_rows(seed);
    uint64_t hash = seed;

    for (unsigned i = 0; i < given; i += OTHERS_ROW_STEP) {
        hash = random_fold(hash, read_granted(rows[i]));
    }
    guest_report_value("rows_sum", hash);
    format_text(did, sizeof did, "%u of %u pages were granted, in a table of %u pages", given,
                others_rows(seed), grants_statistics().frames);
    report("grants.rows", given == others_rows(seed),
           "the table grows by a page whenever no reference is free", did,
           "the table's second page is not placed, or its references are not in the list: see 6.1");
}

void end_rows(uint64_t seed)
{
    for (unsigned i = 0; i < others_rows(seed); i++) {
        grant_revoke(rows[i]);
    }
}

static uint64_t *pages[OTHERS_PAGES];
static grant_t grants[OTHERS_PAGES];

static bool give_pages(void)
{
    bool good = true;

    for (unsigned i = 0; i < OTHERS_PAGES; i++) {
        pages[i] = grant_page(SELF, &grants[i]);
        good = good && pages[i] != NULL;
    }
    return good;
}

/* The words go in by the mapping, and are read in the pages themselves. */
void test_pages(uint64_t seed)
{
    struct grant_mapping *mapping;
    bool good = give_pages() && grant_map(SELF, grants, OTHERS_PAGES, false, &mapping) == 0;
    uint64_t sum = 0;

    for (unsigned i = 0; good && i < OTHERS_PAGES; i++) {
        ((volatile uint64_t *)mapping->address)[i * PAGE_SIZE / sizeof sum] =
            random_word(seed, "page", i);
        sum += *(volatile uint64_t *)pages[i];
    }
    if (good) {
        grant_unmap(mapping);
    }
    guest_report_value("grants_sum", sum);
    report("grants.pages", good, "a page granted is mapped by whom it was granted to",
           "Xen refused to map one of them",
           "the row has another domain, another frame, or flags that make it nothing: see 6.2");
}

void end_pages(void)
{
    for (unsigned i = 0; i < OTHERS_PAGES; i++) {
        grant_revoke_page(grants[i], pages[i]);
    }
}

/* A grant of many, and its mapping. */
static struct others_slot slots[OTHERS_SLOTS];
static uint64_t *slot_pages[OTHERS_SLOTS];
static grant_t slot_grants[OTHERS_SLOTS];
static struct grant_mapping *slot_mappings[OTHERS_SLOTS];

static int move(unsigned slot, enum others_move kind, bool write)
{
    switch (kind) {
    case MOVE_GIVE:
        return grant_access(SELF, virtual_to_pfn(slot_pages[slot]), !write, &slot_grants[slot]);
    case MOVE_MAP:
        return grant_map(SELF, &slot_grants[slot], 1, !write, &slot_mappings[slot]);
    case MOVE_UNMAP:
        grant_unmap(slot_mappings[slot]);
        return 0;
    default:
        return grant_revoke(slot_grants[slot]);
    }
}

static void end_slot(unsigned slot)
{
    if (slots[slot].mapped) {
        grant_unmap(slot_mappings[slot]);
    }
    if (slots[slot].given) {
        grant_revoke(slot_grants[slot]);
    }
}

void test_moves(uint64_t seed)
{
    unsigned left;

    for (unsigned i = 0; i < OTHERS_SLOTS; i++) {
        slot_pages[i] = page_alloc_zeroed();
    }
    guest_report_value("grant_moves", others_moves(seed, move, slots));
    for (unsigned i = 0; i < OTHERS_SLOTS; i++) {
        end_slot(i);
    }
    left = grants_statistics().given;
    format_text(did, sizeof did, "%u references are still in use", left);
    report("grants.moves", left == 0,
           "every grant that is not in use is revoked, and its reference "
           "is free again",
           did,
           "a reference is not put back into the list, or the statistics are not kept: see 6.3");
}
