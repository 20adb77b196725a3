/* The heap as everybody calls it: see stardust/heap.h. In a debug build heap_debug.c stands in this file's place. */
#include <stardust/heap.h>

#include <kernel/mm/blocks.h>

#include <stardust/bytes.h>
#include <stardust/panic.h>

void *heap_alloc(size_t size)
{
    return block_alloc(size);
}

void *heap_alloc_aligned(size_t size, size_t alignment)
{
    assert_that(alignment != 0 && (alignment & (alignment - 1)) == 0,
                "heap: alignment to %zu: not a power of two", alignment);
    return alignment <= HEAP_ALIGNMENT ? block_alloc(size) : block_alloc_slow(size, alignment);
}

void *heap_alloc_zeroed(size_t size)
{
    void *block = block_alloc(size);

    /* So large a block is a region, and those come zeroed. */
    return block == NULL || size > HEAP_MEDIUM_MAX ? block : memset(block, 0, size);
}

/* A block stays where it is when it is large enough and not much more than half of it is left over. */
void *heap_resize(void *memory, size_t size)
{
    size_t before = memory != NULL ? block_size(memory) : 0;
    void *moved;

    if (memory != NULL && size <= before && before - size <= before / 2 + HEAP_UNIT) {
        return memory;
    }
    moved = block_alloc(size);
    if (memory == NULL || moved == NULL) {
        return memory != NULL && size <= before ? memory : moved;
    }
    memcpy(moved, memory, size < before ? size : before);
    heap_free(memory);
    return moved;
}

void heap_free(void *memory)
{
    block_free(memory);
}

size_t heap_usable_size(const void *memory)
{
    return block_size(memory);
}

void heap_trim(void)
{
    block_give_back();
    slab_flush_all();
}

void heap_check(void)
{
    slab_check_all();
}
