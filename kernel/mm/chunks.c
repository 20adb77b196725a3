/* Taking memory in, 4 MiB at a time: see stardust/chunks.h. */
#include <stardust/chunks.h>

#include <stardust/bytes.h>
#include <stardust/frames.h>
#include <stardust/memory_lock.h>
#include <stardust/pagetable.h>
#include <stardust/panic.h>
#include <stardust/start_info.h>

#define RECORDS_SIZE  (FRAMES_PER_CHUNK * sizeof(struct frame))
#define RECORDS_PAGES (RECORDS_SIZE / PAGE_SIZE)
#define TABLE_ENTRIES ((size_t)512)

struct frame **frame_records;
pfn_t frames_end;

/* The first page of the next chunk to be taken in; memory_lock. */
static pfn_t next_chunk;

/* Whether a chunk is being taken in: the allocation of its tables comes back here; memory_lock. */
static bool busy;

size_t chunks_untouched(void)
{
    return guest.pages - frames_end;
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

static void *boot_memory_zeroed(size_t size)
{
    void *memory = boot_memory_extend((ptrdiff_t)size);

    assert_that(memory != NULL, "memory: no room for %zu bytes of records in what Xen mapped",
                size);
    return memset(memory, 0, size);
}

static pfn_t smaller(pfn_t a, pfn_t b)
{
    return a < b ? a : b;
}

void chunks_init(void)
{
    size_t count = (guest.pages + FRAMES_PER_CHUNK - 1) / FRAMES_PER_CHUNK;
    size_t mapped = virtual_to_pfn((void *)memory_mapped_end()) / FRAMES_PER_CHUNK;

    frame_records = boot_memory_zeroed(count * sizeof frame_records[0]);
    for (size_t i = 0; i < smaller(mapped, count); i++) {
        frame_records[i] = boot_memory_zeroed(RECORDS_SIZE);
    }
    next_chunk = mapped * FRAMES_PER_CHUNK;
    frames_end = smaller(next_chunk, guest.pages);
    free_range(boot_memory_close(), frames_end);
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

/* A chunk's records are in its own first pages. They are there before anybody believes that they are. */
static void add_chunk(pfn_t pfn)
{
    frame_records[pfn / FRAMES_PER_CHUNK] = memset(pfn_to_virtual(pfn), 0, RECORDS_SIZE);
    next_chunk = pfn + FRAMES_PER_CHUNK;
    memory_mapped_extend((uintptr_t)pfn_to_virtual(next_chunk));
    __atomic_store_n(&frames_end, smaller(next_chunk, guest.pages), __ATOMIC_RELEASE);
    free_range(pfn + RECORDS_PAGES, frames_end);
}

/* A chunk that has room for its records alone is of no use. */
bool chunks_take_in(void)
{
    critical_t state = memory_lock();
    bool more = false;

    if (!busy && next_chunk + RECORDS_PAGES < guest.pages) {
        busy = true;
        more = map_chunk(next_chunk);
        if (more) {
            add_chunk(next_chunk);
        }
        busy = false;
    }
    memory_unlock(state);
    return more;
}
