/* Boot memory: the mapped pages that nothing uses, handed out from the bottom. See stardust/memory.h. */
#include <stardust/memory.h>

#include <stardust/start_info.h>

static uint64_t start, used_end, end;

void boot_memory_init(void)
{
    uint64_t domain_end = (uintptr_t)pfn_to_virtual(guest.pages);

    /* After the page tables comes the page of the stack that Xen started us on. */
    start = (uintptr_t)guest.page_table + (guest.table_pages + 1) * PAGE_SIZE;
    used_end = start;
    end = memory_mapped_end() < domain_end ? memory_mapped_end() : domain_end;
}

void *boot_memory_extend(ptrdiff_t increment)
{
    uint64_t before = used_end;

    if (increment > (ptrdiff_t)(end - used_end) || increment < (ptrdiff_t)(start - used_end)) {
        return NULL;
    }
    used_end += (uint64_t)increment;
    return (void *)before;
}

pfn_t boot_memory_close(void)
{
    pfn_t first = (used_end - KERNEL_BASE + PAGE_SIZE - 1) >> PAGE_SHIFT;

    used_end = end = (uintptr_t)pfn_to_virtual(first);
    return first;
}

size_t boot_memory_free(void)
{
    return end - used_end;
}
