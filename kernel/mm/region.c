/* Regions of the address space and their pages: see stardust/region.h. */
#include <stardust/region.h>

#include <stardust/critical.h>
#include <stardust/frames.h>
#include <stardust/heap.h>
#include <stardust/layout.h>
#include <stardust/mmu.h>
#include <stardust/print.h>
#include <stardust/report.h>
#include <stardust/trap.h>

#include <xen/errno.h>

/* In the order of addresses. Changed in a critical section. */
static struct region *regions;

static uintptr_t region_end(const struct region *region)
{
    return region->start + region->size;
}

/* The link behind which a region of `size` bytes fits, with a page to both sides of it; `*start` is where. */
static struct region **find_gap(size_t size, uintptr_t *start)
{
    struct region **link = &regions;

    *start = REGIONS_START + PAGE_SIZE;
    while (*link != NULL && (*link)->start - PAGE_SIZE < *start + size) {
        *start = region_end(*link) + PAGE_SIZE;
        link = &(*link)->next;
    }
    return *start + size + PAGE_SIZE <= REGIONS_END ? link : NULL;
}

struct region *region_reserve(const char *name, size_t size, enum region_kind kind)
{
    struct region *region =
        size > 0 && size <= REGIONS_END - REGIONS_START ? heap_alloc(sizeof *region) : NULL;
    critical_t state = critical_enter();
    struct region **link = NULL;
    uintptr_t start = 0;

    size = (size + PAGE_SIZE - 1) & ~(size_t)(PAGE_SIZE - 1);
    if (region != NULL && (link = find_gap(size, &start)) != NULL) {
        *region = (struct region){
            .name = name, .start = start, .size = size, .kind = kind, .next = *link};
        *link = region;
    }
    critical_leave(state);
    if (link == NULL) {
        heap_free(region);
        return NULL;
    }
    return region;
}

/* Pages that are committed together: as many as Xen is asked for in one go. */
#define PAGES_AT_ONCE MMU_BATCH_SIZE

/* Get up to `wanted` pages of zeroes. Returns how many there were. */
static size_t get_pages(pfn_t *pfns, size_t wanted)
{
    size_t count = 0;
    void *page;

    while (count < wanted && (page = page_alloc_zeroed()) != NULL) {
        pfns[count++] = virtual_to_pfn(page);
    }
    return count;
}

/* Put pages behind `count` addresses from `va` on, PAGES_AT_ONCE at most: all of them or none. */
static int commit_pages(uintptr_t va, size_t count)
{
    pfn_t pfns[PAGES_AT_ONCE];
    size_t got = get_pages(pfns, count);
    int error = got < count ? -XEN_ENOMEM : pagetable_map(va, pfns, count, ACCESS_WRITE);

    while (error != 0 && got > 0) {
        page_free(pfn_to_virtual(pfns[--got]));
    }
    return error;
}

static bool inside(const struct region *region, size_t offset, size_t size)
{
    return offset % PAGE_SIZE == 0 && size % PAGE_SIZE == 0 && offset <= region->size &&
           size <= region->size - offset;
}

int region_commit(struct region *region, size_t offset, size_t size)
{
    int error = inside(region, offset, size) ? 0 : -XEN_EINVAL;
    size_t done = 0;

    while (error == 0 && done < size) {
        size_t pages = (size - done) / PAGE_SIZE;

        pages = pages < PAGES_AT_ONCE ? pages : PAGES_AT_ONCE;
        error = commit_pages(region->start + offset + done, pages);
        done += error == 0 ? pages * PAGE_SIZE : 0;
    }
    if (error != 0) {
        region_decommit(region, offset, done);
    }
    return error;
}

void region_decommit(struct region *region, size_t offset, size_t size)
{
    for (size_t done = 0; done < size; done += PAGE_SIZE) {
        uintptr_t va = region->start + offset + done;
        pfn_t pfn = pagetable_lookup(va);

        if (pfn != FRAME_NONE) {
            pagetable_unmap(va, 1);
            page_free(pfn_to_virtual(pfn));
        }
    }
}

void region_release(struct region *region)
{
    critical_t state;

    region_decommit(region, 0, region->size);
    state = critical_enter();
    for (struct region **link = &regions; *link != NULL; link = &(*link)->next) {
        if (*link == region) {
            *link = region->next;
            break;
        }
    }
    critical_leave(state);
    heap_free(region);
}

const struct region *region_of(uintptr_t address)
{
    for (const struct region *r = regions; r != NULL && r->start <= address; r = r->next) {
        if (address < region_end(r)) {
            return r;
        }
    }
    return NULL;
}

const struct region *region_guarding(uintptr_t address)
{
    for (const struct region *r = regions; r != NULL && r->start - PAGE_SIZE <= address;
         r = r->next) {
        if (address < region_end(r) + PAGE_SIZE && region_of(address) == NULL) {
            return r;
        }
    }
    return NULL;
}

/* The error code of a page fault, bit 0: the page was there, and its access is what failed. */
static bool fault_on_demand(uintptr_t address, uint64_t error)
{
    const struct region *region = (error & 1) == 0 ? region_of(address) : NULL;

    return region != NULL && region->kind == REGION_ON_DEMAND &&
           commit_pages(address & ~(uintptr_t)(PAGE_SIZE - 1), 1) == 0;
}

static bool describe(uint64_t address, char *text, size_t size)
{
    const struct region *region = region_of(address);
    const struct region *guarded = region_guarding(address);

    if (region != NULL) {
        format_text(text, size, "the region \"%s\", byte 0x%lx of 0x%lx", region->name,
                    address - region->start, region->size);
    } else if (guarded != NULL) {
        format_text(text, size, "the guard page %s the region \"%s\"",
                    address < guarded->start ? "before" : "after", guarded->name);
    }
    return region != NULL || guarded != NULL;
}

void region_init(void)
{
    trap_set_page_fault_handler(fault_on_demand);
    report_set_describer(describe);
}
