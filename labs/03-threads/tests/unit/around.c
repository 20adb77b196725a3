/* What the kernel files under test expect of the kernel around them, as far as these tests need it. */
#include <stdlib.h>

#include <kernel/sched/thread_local.h>
#include <stardust/clock.h>
#include <stardust/console.h>
#include <stardust/fpu.h>
#include <stardust/heap.h>
#include <stardust/image.h>

/* Where the kernel boots; the first thread of a test runs on the test's own stack. */
char boot_stack[16], boot_stack_end[16];

void console_write(const char *bytes, size_t length)
{
    (void)bytes;
    (void)length;
}

/* No deadline comes by itself. */
nsec_t clock_monotonic(void)
{
    return 0;
}

void heap_when_short(void (*give_back)(void))
{
    (void)give_back;
}

void *heap_alloc_aligned(size_t size, size_t alignment)
{
    return aligned_alloc(alignment, (size + alignment - 1) / alignment * alignment);
}

void fpu_init(void)
{
}

size_t fpu_size(void)
{
    return 512;
}

void fpu_set_thread_pointer(uintptr_t base)
{
    (void)base;
}

/* No thread-local variables here: the C library of the tests has its own at %fs. */
size_t thread_local_space(void)
{
    return 0;
}

uintptr_t thread_local_make(void *memory)
{
    (void)memory;
    return 0;
}
