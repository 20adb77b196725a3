/* Where newlib's malloc gets its memory: the kernel's boot memory, which grows upwards. */
#include <errno.h>
#include <unistd.h>

#include <stardust/memory.h>

void *sbrk(ptrdiff_t increment)
{
    void *before = boot_memory_extend(increment);

    if (before == NULL) {
        errno = ENOMEM;
        return (void *)-1;
    }
    return before;
}
