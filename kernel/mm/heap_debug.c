/*
 * The debug build's heap: each block between red zones, and freed blocks kept for a while to see whether anybody still
 * writes to them. Stands in heap.c's place; see stardust/heap.h and kernel/mm/heap_debug.h.
 */
#include <stardust/heap.h>

#include <kernel/mm/blocks.h>
#include <kernel/mm/heap_debug.h>

#include <stardust/bytes.h>
#include <stardust/panic.h>

#define BUCKETS_LOG2     10
#define BUCKETS          (1 << BUCKETS_LOG2)
#define QUARANTINE_COUNT 128
#define QUARANTINE_BYTES ((size_t)256 * 1024)

/* All blocks, in use or in quarantine, by address: what is not in here is no block; heap_lock. */
static struct debug_block *buckets[BUCKETS];

/* Freed blocks, in the order in which they were freed; heap_lock. */
static struct {
    struct debug_block *blocks[QUARANTINE_COUNT];
    size_t first; /* index of the oldest */
    size_t count;
    size_t bytes;
} quarantine;

static struct debug_block **bucket_of(const void *memory)
{
    return &buckets[(uintptr_t)memory * 0x9e3779b97f4a7c15 >> (64 - BUCKETS_LOG2)];
}

/* The link to the block at `memory`; it holds NULL when there is none. */
static struct debug_block **find(const void *memory)
{
    struct debug_block **link = bucket_of(memory);

    while (*link != NULL && (*link)->bytes != memory) {
        link = &(*link)->next;
    }
    return link;
}

static void insert(struct debug_block *block)
{
    critical_t state = heap_lock();
    struct debug_block **bucket = bucket_of(block->bytes);

    block->next = *bucket;
    *bucket = block;
    heap_unlock(state);
}

/* The block that `memory` lies in, by looking at all. */
static const struct debug_block *find_around(const void *memory)
{
    for (size_t i = 0; i < BUCKETS; i++) {
        for (const struct debug_block *block = buckets[i]; block != NULL; block = block->next) {
            if ((uintptr_t)memory - (uintptr_t)block->bytes < block->size) {
                return block;
            }
        }
    }
    return NULL;
}

/* Take the oldest block out of quarantine if there are too many, or with `all` in any case. NULL: none has to go. */
static struct debug_block *release_oldest(bool all)
{
    critical_t state = heap_lock();
    struct debug_block *block = NULL;

    if (quarantine.count > 0 &&
        (all || quarantine.count == QUARANTINE_COUNT || quarantine.bytes > QUARANTINE_BYTES)) {
        block = quarantine.blocks[quarantine.first];
        quarantine.first = (quarantine.first + 1) % QUARANTINE_COUNT;
        quarantine.count--;
        quarantine.bytes -= block->size;
        debug_check(block);
        *find(block->bytes) = block->next;
    }
    heap_unlock(state);
    return block;
}

/* Blocks are given back outside the lock: a large one is a region, and these have locks of their own. */
static void release(bool all)
{
    struct debug_block *block;

    while ((block = release_oldest(all)) != NULL) {
        block_free(block->base);
    }
}

/* Room for a block inside the block `base`, of which `front` bytes come before what the caller gets. */
static struct debug_block *make(char *base, size_t front, size_t size)
{
    struct debug_block *block = (struct debug_block *)(base + front) - 1;

    *block =
        (struct debug_block){.base = base, .size = size, .state = (uintptr_t)block ^ DEBUG_IN_USE};
    memset(block->red_zone, DEBUG_RED_BYTE, DEBUG_RED_ZONE);
    memset(block->bytes, DEBUG_NEW_BYTE, size);
    memset(block->bytes + size, DEBUG_RED_BYTE, DEBUG_RED_ZONE);
    return block;
}

static void *allocate(size_t size, size_t alignment, const void *frame)
{
    size_t front = (sizeof(struct debug_block) + alignment - 1) & ~(alignment - 1);
    struct debug_block *block;
    void *base;

    if (size > SIZE_MAX / 2 || alignment > SIZE_MAX / 4) {
        return NULL;
    }
    base = block_alloc_slow(front + size + DEBUG_RED_ZONE, alignment);
    if (base == NULL) {
        release(true);
        base = block_alloc_slow(front + size + DEBUG_RED_ZONE, alignment);
    }
    if (base == NULL) {
        return NULL;
    }
    block = make(base, front, size);
    debug_callers(block->allocated_by, frame);
    insert(block);
    return block->bytes;
}

/* Take the lock with room for a block in quarantine: others may have taken the place that we made. */
static critical_t lock_with_room(void)
{
    for (;;) {
        critical_t state;

        release(false);
        state = heap_lock();
        if (quarantine.count < QUARANTINE_COUNT) {
            return state;
        }
        heap_unlock(state);
    }
}

static void quarantine_add(struct debug_block *block, const void *frame)
{
    block->state = (uintptr_t)block ^ DEBUG_FREED;
    debug_callers(block->freed_by, frame);
    memset(block->bytes, DEBUG_OLD_BYTE, block->size);
    quarantine.blocks[(quarantine.first + quarantine.count) % QUARANTINE_COUNT] = block;
    quarantine.count++;
    quarantine.bytes += block->size;
}

static void quarantine_block(void *memory, const void *frame)
{
    critical_t state;
    struct debug_block *block;

    if (memory == NULL) {
        return;
    }
    state = lock_with_room();
    block = *find(memory);
    if (block == NULL) {
        debug_refuse_unknown(memory, find_around(memory));
    }
    if (debug_is(block, DEBUG_FREED)) {
        debug_refuse_freed(block);
    }
    debug_check(block);
    quarantine_add(block, frame);
    heap_unlock(state);
}

void *heap_alloc(size_t size)
{
    return allocate(size, HEAP_ALIGNMENT, __builtin_frame_address(0));
}

void *heap_alloc_aligned(size_t size, size_t alignment)
{
    assert_that(alignment != 0 && (alignment & (alignment - 1)) == 0,
                "heap: alignment to %zu: not a power of two", alignment);
    return allocate(size, alignment > HEAP_ALIGNMENT ? alignment : HEAP_ALIGNMENT,
                    __builtin_frame_address(0));
}

void *heap_alloc_zeroed(size_t size)
{
    void *memory = allocate(size, HEAP_ALIGNMENT, __builtin_frame_address(0));

    return memory != NULL ? memset(memory, 0, size) : NULL;
}

/* Always moves, so that whoever kept the old address is found out. */
void *heap_resize(void *memory, size_t size)
{
    size_t before = memory != NULL ? heap_usable_size(memory) : 0;
    void *moved = allocate(size, HEAP_ALIGNMENT, __builtin_frame_address(0));

    if (memory == NULL || moved == NULL) {
        return memory != NULL && size <= before ? memory : moved;
    }
    memcpy(moved, memory, size < before ? size : before);
    quarantine_block(memory, __builtin_frame_address(0));
    return moved;
}

void heap_free(void *memory)
{
    quarantine_block(memory, __builtin_frame_address(0));
}

size_t heap_usable_size(const void *memory)
{
    critical_t state = heap_lock();
    const struct debug_block *block = *find(memory);

    assert_that(block != NULL && debug_is(block, DEBUG_IN_USE),
                "heap: size of 0x%lx: not a block in use", (uintptr_t)memory);
    heap_unlock(state);
    return block->size;
}

void heap_trim(void)
{
    block_give_back();
    release(true);
    slab_flush_all();
}

void heap_check(void)
{
    critical_t state = heap_lock();

    for (size_t i = 0; i < BUCKETS; i++) {
        for (const struct debug_block *block = buckets[i]; block != NULL; block = block->next) {
            debug_check(block);
        }
    }
    heap_unlock(state);
    slab_check_all();
}
