/*
 * malloc and its relatives, on the kernel's heap. newlib's own functions call the forms with _r, which are told where
 * errno is; all of newlib's malloc is replaced, so that none of it is linked.
 */
#include <errno.h>
#include <malloc.h>
#include <reent.h>
#include <stdint.h>
#include <stdlib.h>

#include <stardust/heap.h>

static void *or_no_memory(void *memory, int *error)
{
    if (memory == NULL) {
        *error = ENOMEM;
    }
    return memory;
}

/* Not part of malloc, whose way when there is memory stays short. */
__attribute__((noinline)) static void *no_memory(void)
{
    errno = ENOMEM;
    return NULL;
}

void *malloc(size_t size)
{
    void *memory = heap_alloc(size);

    return __builtin_expect(memory != NULL, 1) ? memory : no_memory();
}

void free(void *memory)
{
    heap_free(memory);
}

void *_malloc_r(struct _reent *reent, size_t size)
{
    return or_no_memory(heap_alloc(size), &reent->_errno);
}

void _free_r(struct _reent *reent, void *memory)
{
    (void)reent;
    heap_free(memory);
}

void *_calloc_r(struct _reent *reent, size_t count, size_t size)
{
    size_t all;

    return or_no_memory(__builtin_mul_overflow(count, size, &all) ? NULL : heap_alloc_zeroed(all),
                        &reent->_errno);
}

void *_realloc_r(struct _reent *reent, void *memory, size_t size)
{
    return or_no_memory(heap_resize(memory, size), &reent->_errno);
}

static int is_power_of_two(size_t number)
{
    return number != 0 && (number & (number - 1)) == 0;
}

void *_memalign_r(struct _reent *reent, size_t alignment, size_t size)
{
    if (!is_power_of_two(alignment)) {
        reent->_errno = EINVAL;
        return NULL;
    }
    return or_no_memory(heap_alloc_aligned(size, alignment), &reent->_errno);
}

void *calloc(size_t count, size_t size)
{
    return _calloc_r(_REENT, count, size);
}

void *realloc(void *memory, size_t size)
{
    return _realloc_r(_REENT, memory, size);
}

void *memalign(size_t alignment, size_t size)
{
    return _memalign_r(_REENT, alignment, size);
}

void *aligned_alloc(size_t alignment, size_t size)
{
    return _memalign_r(_REENT, alignment, size);
}

/* Its answer is the error; errno stays as it was. */
int posix_memalign(void **memory, size_t alignment, size_t size)
{
    void *block;

    if (!is_power_of_two(alignment) || alignment % sizeof(void *) != 0) {
        return EINVAL;
    }
    block = heap_alloc_aligned(size, alignment);
    if (block == NULL) {
        return ENOMEM;
    }
    *memory = block;
    return 0;
}

size_t malloc_usable_size(void *memory)
{
    return memory != NULL ? heap_usable_size(memory) : 0;
}

size_t _malloc_usable_size_r(struct _reent *reent, void *memory)
{
    (void)reent;
    return malloc_usable_size(memory);
}
