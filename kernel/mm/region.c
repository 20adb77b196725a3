/* Regions of the address space and their pages: see stardust/region.h. */
#include <stardust/region.h>

#include <stardust/frames.h>
#include <stardust/heap.h>
#include <stardust/layout.h>
#include <stardust/memory.h>
#include <stardust/memory_lock.h>
#include <stardust/mmu.h>
#include <stardust/print.h>
#include <stardust/report.h>
#include <stardust/spinlock.h>
#include <stardust/trap.h>

#include <xen/errno.h>

static struct spinlock list_lock = SPINLOCK(LOCK_REGIONS);

/* In the order of addresses; list_lock. Reports look at it without: a link is written when what it leads to is complete. */
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

static void set_link(struct region **link, struct region *region)
{
    __atomic_store_n(link, region, __ATOMIC_RELEASE);
}

/* Give `region`, whose size is known, its place. */
static bool insert(struct region *region)
{
    critical_t state = spin_lock_irqsave(&list_lock);
    struct region **link = find_gap(region->size, &region->start);

    if (link != NULL) {
        region->next = *link;
        set_link(link, region);
    }
    spin_unlock_irqrestore(&list_lock, state);
    return link != NULL;
}

/* The heap has a lock of its own, and its large blocks are regions: it is called without ours. */
struct region *region_reserve(const char *name, size_t size, enum region_kind kind)
{
    struct region *region =
        size > 0 && size <= REGIONS_END - REGIONS_START ? heap_alloc(sizeof *region) : NULL;

    if (region == NULL) {
        return NULL;
    }
    *region = (struct region){
        .name = name, .size = (size + PAGE_SIZE - 1) & ~(size_t)(PAGE_SIZE - 1), .kind = kind};
    if (!insert(region)) {
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

/* Unmap the page at `va`, if there is one. Returns it; FRAME_NONE when there is none. */
static pfn_t unmap(uintptr_t va)
{
    critical_t state = memory_lock();
    pfn_t pfn = pagetable_lookup(va);

    if (pfn != FRAME_NONE) {
        pagetable_unmap(va, 1);
    }
    memory_unlock(state);
    return pfn;
}

void region_decommit(struct region *region, size_t offset, size_t size)
{
    for (size_t done = 0; done < size; done += PAGE_SIZE) {
        pfn_t pfn = unmap(region->start + offset + done);

        if (pfn != FRAME_NONE) {
            page_free(pfn_to_virtual(pfn));
        }
    }
}

static void take_out(const struct region *region)
{
    critical_t state = spin_lock_irqsave(&list_lock);
    struct region **link = &regions;

    while (*link != NULL && *link != region) {
        link = &(*link)->next;
    }
    if (*link != NULL) {
        set_link(link, region->next);
    }
    spin_unlock_irqrestore(&list_lock, state);
}

void region_release(struct region *region)
{
    region_decommit(region, 0, region->size);
    take_out(region);
    heap_free(region);
}

/* The first region that `address` lies in, or in `guards` bytes before or behind it. */
static const struct region *find(uintptr_t address, size_t guards)
{
    for (const struct region *r = regions; r != NULL && r->start - guards <= address; r = r->next) {
        if (address < region_end(r) + guards) {
            return r;
        }
    }
    return NULL;
}

/* A wild pointer does not wait for the lock: whoever followed it may hold that, and is to be reported. */
const struct region *region_of(uintptr_t address)
{
    const struct region *region = NULL;

    if (address >= REGIONS_START && address < REGIONS_END) {
        critical_t state = spin_lock_irqsave(&list_lock);

        region = find(address, 0);
        spin_unlock_irqrestore(&list_lock, state);
    }
    return region;
}

const struct region *region_guarding(uintptr_t address)
{
    return find(address, 0) == NULL ? find(address, PAGE_SIZE) : NULL;
}

/* Of two vCPUs that touch a page at the same time one maps it, and for both it is there. */
static bool commit_on_demand(uintptr_t address)
{
    const struct region *region = region_of(address);
    uintptr_t va = address & ~(uintptr_t)(PAGE_SIZE - 1);

    return region != NULL && region->kind == REGION_ON_DEMAND &&
           (commit_pages(va, 1) == 0 || pagetable_lookup(va) != FRAME_NONE);
}

/*
 * Giving a page more access than before makes nobody forget the old translation: a page that was a table, and is writable again,
 * may fault once on each vCPU that had read it.
 */
static bool mend(uintptr_t address, uint64_t error)
{
    struct walk walk;

    if ((error & FAULT_PRESENT) == 0) {
        return commit_on_demand(address);
    }
    walk = memory_walk(address);
    return walk_allows(&walk, error);
}

/* Context: any, a report among them, whose vCPU or another may hold the lock for ever. */
static bool describe(uint64_t address, char *text, size_t size)
{
    const struct region *region = find(address, 0);
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
    trap_set_page_fault_handler(mend);
    report_set_describer(describe);
}
