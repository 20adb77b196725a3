/* Taking memory in, 4 MiB at a time: see stardust/chunks.h. */
#include <stardust/chunks.h>

#include <stardust/bytes.h>
#include <stardust/frames.h>
#include <stardust/pagetable.h>
#include <stardust/panic.h>
#include <stardust/start_info.h>

#define RECORDS_SIZE  (FRAMES_PER_CHUNK * sizeof(struct frame))
#define RECORDS_PAGES (RECORDS_SIZE / PAGE_SIZE)
#define TABLE_ENTRIES ((size_t)512)

/* The records of each chunk; the array has a place for every chunk that this guest's memory reaches into. */
static struct frame **records;
static size_t taken_in; /* chunks that have records: the first ones */

bool frame_exists(pfn_t pfn)
{
    return pfn < guest.pages && pfn / FRAMES_PER_CHUNK < taken_in;
}

struct frame *frame_of(pfn_t pfn)
{
    return &records[pfn / FRAMES_PER_CHUNK][pfn % FRAMES_PER_CHUNK];
}

size_t chunks_untouched(void)
{
    size_t reached = taken_in * FRAMES_PER_CHUNK;

    return reached < guest.pages ? guest.pages - reached : 0;
}

/* Free the pages [from, to) in blocks that are as large as their place allows. */
static void free_range(pfn_t from, pfn_t to)
{
    while (from < to) {
        unsigned order = 0;

        while (order < FRAME_ORDER_MAX && from % ((pfn_t)2 << order) == 0 &&
               from + ((pfn_t)2 << order) <= to) {
            order++;
        }
        frame_of(from)->use = FRAME_ALLOCATED;
        frame_of(from)->order = (uint8_t)order;
        frames_free(from, order);
        from += (pfn_t)1 << order;
    }
}

static pfn_t smaller(pfn_t a, pfn_t b)
{
    return a < b ? a : b;
}

static void *boot_memory_zeroed(size_t size)
{
    void *memory = boot_memory_extend((ptrdiff_t)size);

    assert_that(memory != NULL, "memory: no room for %zu bytes of records in what Xen mapped",
                size);
    return memset(memory, 0, size);
}

void chunks_init(void)
{
    size_t count = (guest.pages + FRAMES_PER_CHUNK - 1) / FRAMES_PER_CHUNK;

    taken_in = smaller(virtual_to_pfn((void *)memory_mapped_end()) / FRAMES_PER_CHUNK, count);
    records = boot_memory_zeroed(count * sizeof records[0]);
    for (size_t i = 0; i < taken_in; i++) {
        records[i] = boot_memory_zeroed(RECORDS_SIZE);
    }
    free_range(boot_memory_close(), smaller(taken_in * FRAMES_PER_CHUNK, guest.pages));
}

/* A table is filled while it is still memory like any other, so that Xen checks all of its entries at once. */
static bool map_half(pfn_t pfn)
{
    uint64_t *table = page_alloc_zeroed();

    if (table == NULL) {
        return false;
    }
    for (size_t i = 0; i < TABLE_ENTRIES && pfn + i < guest.pages; i++) {
        table[i] = pagetable_entry(guest.p2m[pfn + i], ACCESS_WRITE);
    }
    if (pagetable_install((uintptr_t)pfn_to_virtual(pfn), 1, table) != 0) {
        page_free(table);
        return false;
    }
    return true;
}

static bool map_chunk(pfn_t pfn)
{
    if (!map_half(pfn)) {
        return false;
    }
    if (pfn + TABLE_ENTRIES < guest.pages && !map_half(pfn + TABLE_ENTRIES)) {
        pagetable_unmap((uintptr_t)pfn_to_virtual(pfn), TABLE_ENTRIES);
        return false;
    }
    return true;
}

/* A chunk's records are in its own first pages, so it is of use only when it has more than these. */
bool chunks_take_in(void)
{
    static bool busy;
    pfn_t pfn = taken_in * FRAMES_PER_CHUNK;

    if (busy || guest.pages <= pfn + RECORDS_PAGES) {
        return false;
    }
    busy = true;

    bool mapped = map_chunk(pfn);

    if (mapped) {
        records[taken_in++] = memset(pfn_to_virtual(pfn), 0, RECORDS_SIZE);
        memory_mapped_extend((uintptr_t)pfn_to_virtual(taken_in * FRAMES_PER_CHUNK));
        free_range(pfn + RECORDS_PAGES, smaller(taken_in * FRAMES_PER_CHUNK, guest.pages));
    }
    busy = false;
    return mapped;
}
