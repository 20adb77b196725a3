/* Stand-ins for regions, the heap and time: see around.h. One copy for both builds of the files under test. */
#include "around.h"

#include <stdlib.h>

#include <stardust/chunks.h>
#include <stardust/clock.h>
#include <stardust/foreign.h>
#include <stardust/frames.h>
#include <stardust/heap.h>
#include <stardust/memory.h>
#include <stardust/region.h>
#include <stardust/start_info.h>
#include <stardust/thread.h>

#include <tests/fakexen/complaint.h>
#include <tests/fakexen/tlb.h>

#include <kernel/cpu/cpu.c>

#define PAGES 1024

unsigned around_sleeps, around_regions;
bool around_heap_empty;

static uintptr_t next_region;

void around_start(void)
{
    fakexen_start(&(struct fakexen_options){.pages = PAGES, .vcpus = 2, .seed = test_seed()});
    start_info_read(&guest, fakexen.start_info);
    boot_memory_init();
    chunks_init();
    foreign_init();
    around_sleeps = around_regions = 0;
    around_heap_empty = false;
    next_region = FAKEXEN_WINDOW + PAGE_SIZE;
}

size_t around_free_pages(void)
{
    struct frame_statistics s = frames_statistics();

    return s.free + s.cached;
}

void around_check_clean(size_t free_pages)
{
    complaint_check();
    CU_ASSERT_PTR_NULL(tlb_stale());
    CU_ASSERT_EQUAL(grants_mapped(), 0);
    CU_ASSERT_EQUAL(around_regions, 0);
    CU_ASSERT_EQUAL(around_free_pages(), free_pages);
}

void *heap_alloc(size_t size)
{
    void *memory = around_heap_empty ? NULL : malloc(size);

    around_heap_empty = false;
    return memory;
}

void heap_free(void *memory)
{
    free(memory);
}

struct region *region_reserve(const char *name, size_t size, enum region_kind kind)
{
    struct region *region = heap_alloc(sizeof *region);

    if (region != NULL) {
        *region = (struct region){.name = name, .start = next_region, .size = size, .kind = kind};
        next_region += size + PAGE_SIZE;
        around_regions++;
    }
    return region;
}

void region_release(struct region *region)
{
    for (uintptr_t va = region->start; va < region->start + region->size; va += PAGE_SIZE) {
        CU_ASSERT_EQUAL(memory_walk(va).entries[1] & PTE_PRESENT, 0);
    }
    around_regions--;
    free(region);
}

nsec_t clock_monotonic(void)
{
    return fakexen.now;
}

void thread_sleep(nsec_t deadline)
{
    around_sleeps++;
    fakexen_time_is(deadline);
}
