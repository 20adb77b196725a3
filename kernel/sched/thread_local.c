/* Copies of the thread-local variables: see kernel/sched/thread_local.h. */
#include <kernel/sched/thread_local.h>

#include <stardust/bytes.h>
#include <stardust/layout.h>

/* From the linker script. Of the last two only the addresses mean anything: they are the sizes. */
extern const char thread_local_start[], thread_local_data_size[], thread_local_size[];

static size_t variables_size(void)
{
    size_t size = (size_t)thread_local_size;

    return (size + THREAD_LOCAL_ALIGNMENT - 1) & ~(size_t)(THREAD_LOCAL_ALIGNMENT - 1);
}

size_t thread_local_space(void)
{
    return variables_size() > 0 ? variables_size() + sizeof(uintptr_t) : 0;
}

uintptr_t thread_local_make(void *place)
{
    size_t initialised = (size_t)thread_local_data_size;
    uintptr_t *self = (uintptr_t *)((char *)place + variables_size());

    memcpy(place, thread_local_start, initialised);
    memset((char *)place + initialised, 0, variables_size() - initialised);
    *self = (uintptr_t)self;
    return (uintptr_t)self;
}
