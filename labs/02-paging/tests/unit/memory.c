/* A fake domain with the kernel's memory in it: see memory.h. */
#include "memory.h"

#include <string.h>

#include <stardust/chunks.h>
#include <stardust/start_info.h>

#include <tests/fakexen/complaint.h>
#include <tests/fakexen/describe.h>
#include <tests/fakexen/machine.h>
#include <tests/fakexen/tables.h>
#include <tests/fakexen/tlb.h>
#include <tests/fakexen/types.h>
#include <tests/ktap/random.h>

#include "blocks.h"

#define HEADER "(stardust/pagetable.h)"

void memory_start(size_t pages)
{
    fakexen_start(
        &(struct fakexen_options){.seed = test_seed(), .pages = (unsigned)pages, .vcpus = VCPUS});
    start_info_read(&guest, fakexen.start_info);
    boot_memory_init();
    chunks_init();
}

size_t memory_free(void)
{
    struct frame_statistics s = frames_statistics();

    return s.free + s.cached;
}

void memory_use_up(size_t left)
{
    while (memory_free() > left || chunks_untouched() > 0) {
        CHECK(page_alloc() != NULL, .rule = "page_alloc returns NULL only when there is no memory",
              .did = text("returned NULL with %zu pages left", memory_free()), .expected = "a page",
              .where = (const void *)page_alloc);
    }
}

const pfn_t *memory_pages(size_t count)
{
    static pfn_t pages[4096];
    struct random random = random_start(test_seed());

    for (size_t i = 0; i < count; i++) {
        size_t other = random_below(&random, i + 1);
        void *page = page_alloc();

        CHECK(page != NULL, .rule = "page_alloc returns NULL only when there is no memory",
              .did = text("returned NULL with %zu pages left", memory_free()), .expected = "a page",
              .where = (const void *)page_alloc);
        pages[i] = pages[other];
        pages[other] = virtual_to_pfn(page);
    }
    return pages;
}

void memory_forgive(void)
{
    complaint_forget();
}

static const char *vcpu_words(uint64_t vcpus)
{
    if (vcpus == ((uint64_t)1 << VCPUS) - 1) {
        return "every vCPU";
    }
    return (vcpus & 1) == 0 ? "every vCPU but the one that asked" : "some vCPUs";
}

static void check_forgotten(const void *where)
{
    const struct tlb_stale *stale = tlb_stale();
    bool told_one;

    if (stale == NULL) {
        return;
    }
    told_one = (stale->vcpus & 1) == 0;
    test_fail(&(struct failure){
        .rule = "when it returns, no vCPU has more access to a page than the tables allow " HEADER,
        .did = text("%s may still use 0x%lx as it was, to %s %s; %zu such translations are left",
                    vcpu_words(stale->vcpus), stale->va,
                    (stale->entry & PTE_WRITABLE) != 0 ? "write to" : "read",
                    describe_frame(entry_frame(stale->entry)), tlb_stale_count()),
        .expected = "UVMF_INVLPG | UVMF_ALL with the change, or mmu_flush_all after it",
        .usually = told_one ? "only this vCPU was told: UVMF_LOCAL, or an operation for one vCPU"
                            : "an entry was changed and nobody was told",
        .where = where,
    });
}

static void check_mask(const void *where)
{
    CHECK(fakexen_vcpu_info(0)->evtchn_upcall_mask == 0,
          .rule =
              "every critical_enter has its critical_leave, every memory_lock its memory_unlock",
          .did = "returned with upcalls masked", .expected = "the mask as it was before",
          .usually = "a return in the middle of the function", .where = where);
}

/* Pages that the allocator may hand out are memory that can be written, and nothing else. */
static void check_page(pfn_t pfn, const void *where)
{
    mfn_t mfn = fakexen_frame_of(pfn);
    bool table = frame_of(pfn)->use == FRAME_TABLE;

    CHECK(table == (type_level(mfn) > 0),
          .rule =
              "a page table that was freed is unhooked, unpinned and writable again; one in use "
              "is recorded as FRAME_TABLE",
          .did = text("%s has the use %s in its record", describe_frame(mfn),
                      blocks_use_name(frame_of(pfn)->use)),
          .expected = table ? "a page table" : "memory that can be written",
          .usually = "a table was given to page_free while Xen still had it as a table: unhook it, "
                     "unpin it, make it writable, then free it (handout 2.6)",
          .where = where);
    CHECK(machine_frames[mfn].type != TYPE_NONE,
          .rule = "every page that the allocator hands out is mapped, writable, at its place "
                  "(stardust/frames.h)",
          .did = text("pfn 0x%lx cannot be written any more: %s", pfn,
                      describe_walk((uintptr_t)pfn_to_virtual(pfn))),
          .expected = "a page that was a table is made writable again before it is freed",
          .usually = "the last step is missing, or Xen refused it", .where = where);
}

static void check_uses(const void *where)
{
    for (pfn_t pfn = FAKEXEN_PAGE_FREE; pfn < frames_end; pfn++) {
        check_page(pfn, where);
    }
}

void memory_check(const void *where)
{
    complaint_check();
    check_forgotten(where);
    check_mask(where);
    check_uses(where);
}

struct memory_state memory_state(void)
{
    struct memory_state state = {.free = memory_free()};

    for (pfn_t pfn = 0; pfn < fakexen.options.pages; pfn++) {
        mfn_t mfn = fakexen_frame_of(pfn);

        state.tables[type_level(mfn)]++;
        state.pinned += machine_frames[mfn].pinned;
    }
    return state;
}

void memory_check_same(const struct memory_state *before, const char *usually, const void *where)
{
    struct memory_state now;

    memory_check(where);
    now = memory_state();
    for (unsigned level = 1; level <= TOP_LEVEL; level++) {
        CHECK(now.tables[level] == before->tables[level],
              .rule = "tables that became empty are freed, and nothing stays behind " HEADER,
              .did = text("there are %zu L%u tables, and there were %zu", now.tables[level], level,
                          before->tables[level]),
              .expected = "as many as before", .usually = usually, .where = where);
    }
    CHECK(now.pinned == before->pinned, .rule = "every pin is taken back",
          .did = text("%zu tables are pinned, and %zu were", now.pinned, before->pinned),
          .expected = "as many as before", .usually = usually, .where = where);
    CHECK(now.free == before->free, .rule = "no page is lost",
          .did = text("%zu pages can be had, and %zu could before", now.free, before->free),
          .expected = "as many as before", .usually = usually, .where = where);
}

const char *memory_access_name(enum access access)
{
    return access == ACCESS_WRITE  ? "ACCESS_WRITE"
           : access == ACCESS_READ ? "ACCESS_READ"
                                   : "ACCESS_EXECUTE";
}

/* The page is seen at both of its addresses: the tables lead to it. */
static void check_seen(uintptr_t va, pfn_t pfn, enum access access, const void *where)
{
    volatile uint64_t *here = (volatile uint64_t *)va;
    volatile uint64_t *there = pfn_to_virtual(pfn);

    *there = va;
    CHECK(*here == va, .rule = "the same page is the same memory at each address",
          .did =
              text("0x%lx was written to pfn 0x%lx; at 0x%lx there is 0x%lx", va, pfn, va, *here),
          .expected = "what was written",
          .usually = "the pages are mapped in another order, or an old translation is in use",
          .where = where);
    if (access == ACCESS_WRITE) {
        *here = ~va;
        CHECK(*there == ~va, .rule = "the same page is the same memory at each address",
              .did = text("written at 0x%lx, not seen in pfn 0x%lx", va, pfn),
              .expected = "what was written", .where = where);
    }
}

void memory_check_mapped(uintptr_t va, pfn_t pfn, enum access access, const void *where)
{
    struct table_walk walk = table_walk(va);
    uint64_t wanted = PTE_PRESENT | (access == ACCESS_WRITE ? PTE_WRITABLE : 0) |
                      (access == ACCESS_EXECUTE ? 0 : PTE_NO_EXECUTE);

    CHECK(walk.rights == wanted && entry_frame(walk.entries[1]) == fakexen_frame_of(pfn),
          .rule = "the page is mapped with the access that was asked for " HEADER,
          .did = text("the walk for 0x%lx: %s", va, describe_walk(va)),
          .expected = text("frame 0x%lx (pfn 0x%lx) with %s", fakexen_frame_of(pfn), pfn,
                           memory_access_name(access)),
          .usually = "another page's entry, or an entry that pagetable_entry() did not make",
          .where = where);
    check_seen(va, pfn, access, where);
}

void memory_check_unmapped(uintptr_t va, size_t count, const char *usually, const void *where)
{
    for (size_t i = 0; i < count; i++) {
        uintptr_t here = va + i * PAGE_SIZE;

        CHECK(table_walk(here).rights == 0, .rule = "nothing is mapped there " HEADER,
              .did = text("0x%lx, page %zu of %zu, is mapped: %s", here, i, count,
                          describe_walk(here)),
              .expected = "no mapping", .usually = usually, .where = where);
        CHECK(pagetable_lookup(here) == FRAME_NONE,
              .rule = "pagetable_lookup returns FRAME_NONE for what is not mapped " HEADER,
              .did = text("returned 0x%lx for 0x%lx", pagetable_lookup(here), here),
              .expected = "FRAME_NONE", .where = where);
    }
}
