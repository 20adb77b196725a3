/* Mapping the page shared with Xen: see stardust/shared_info.h. */
#include <stardust/shared_info.h>

#include <stardust/hypercall.h>
#include <stardust/memory.h>
#include <stardust/panic.h>
#include <stardust/start_info.h>

void shared_info_map(void)
{
    uint64_t entry = guest.shared_info | PTE_PRESENT | PTE_WRITABLE | PTE_USER | PTE_ACCESSED |
                     PTE_DIRTY | PTE_NO_EXECUTE;
    long error = hypercall_update_va_mapping((unsigned long)&shared_info, entry, UVMF_INVLPG);

    assert_that(error == 0, "shared_info: mapping machine address 0x%lx: error %ld",
                guest.shared_info, error);
}
