/* Mapping the page shared with Xen: see stardust/shared_info.h. */
#include <stardust/shared_info.h>

#include <stardust/hypercall.h>
#include <stardust/memory.h>
#include <stardust/panic.h>
#include <stardust/start_info.h>

static void map(uint64_t machine_address)
{
    uint64_t entry = machine_address | PTE_PRESENT | PTE_WRITABLE | PTE_USER | PTE_ACCESSED |
                     PTE_DIRTY | PTE_NO_EXECUTE;
    long error =
        hypercall_update_va_mapping((unsigned long)&shared_info, entry, UVMF_INVLPG | UVMF_ALL);

    assert_that(error == 0, "shared_info: mapping machine address 0x%lx: error %ld",
                machine_address, error);
}

void shared_info_map(void)
{
    map(guest.shared_info);
}

void shared_info_unmap(void)
{
    map(guest.p2m[virtual_to_pfn(&shared_info)] << PAGE_SHIFT);
}
