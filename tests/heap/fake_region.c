/* Regions for the heap's tests: a window of addresses, whose pages are counted against the fake memory. */
#include <stardust/region.h>

#include <string.h>
#include <sys/mman.h>

#include <stardust/frames.h>
#include <stardust/heap.h>

#include <xen/errno.h>

#define WINDOW       ((uintptr_t)0x200000000000)
#define WINDOW_PAGES 16384

static struct region *regions;
static pfn_t pages[WINDOW_PAGES]; /* pfn + 1 behind each page of the window; 0: none */

static pfn_t *page_at(uintptr_t address)
{
    return &pages[(address - WINDOW) / PAGE_SIZE];
}

struct region *region_reserve(const char *name, size_t size, enum region_kind kind)
{
    struct region **link = &regions, *region;
    uintptr_t start = WINDOW + PAGE_SIZE;

    size = (size + PAGE_SIZE - 1) / PAGE_SIZE * PAGE_SIZE;
    while (*link != NULL && (*link)->start < start + size + PAGE_SIZE) {
        start = (*link)->start + (*link)->size + PAGE_SIZE;
        link = &(*link)->next;
    }
    if (size > (WINDOW_PAGES - 2) * PAGE_SIZE ||
        start + size > WINDOW + (WINDOW_PAGES - 1) * PAGE_SIZE ||
        (region = heap_alloc(sizeof *region)) == NULL) {
        return NULL;
    }
    *region =
        (struct region){.name = name, .start = start, .size = size, .kind = kind, .next = *link};
    *link = region;
    return region;
}

int region_commit(struct region *region, size_t offset, size_t size)
{
    void *start = (void *)(region->start + offset);

    for (size_t done = 0; done < size; done += PAGE_SIZE) {
        pfn_t pfn = frames_alloc(0);

        if (pfn == FRAME_NONE) {
            region_decommit(region, offset, done);
            return -XEN_ENOMEM;
        }
        *page_at(region->start + offset + done) = pfn + 1;
    }
    return mmap(start, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1,
                0) == start
               ? 0
               : -XEN_ENOMEM;
}

void region_decommit(struct region *region, size_t offset, size_t size)
{
    for (size_t done = 0; done < size; done += PAGE_SIZE) {
        pfn_t *page = page_at(region->start + offset + done);

        if (*page != 0) {
            frames_free(*page - 1, 0);
            *page = 0;
            munmap((void *)(region->start + offset + done), PAGE_SIZE);
        }
    }
}

void region_release(struct region *region)
{
    struct region **link = &regions;

    region_decommit(region, 0, region->size);
    while (*link != region) {
        link = &(*link)->next;
    }
    *link = region->next;
    heap_free(region);
}

const struct region *region_of(uintptr_t address)
{
    for (const struct region *region = regions; region != NULL; region = region->next) {
        if (address - region->start < region->size) {
            return region;
        }
    }
    return NULL;
}

pfn_t pagetable_lookup(uintptr_t va)
{
    return *page_at(va) != 0 ? *page_at(va) - 1 : FRAME_NONE;
}
