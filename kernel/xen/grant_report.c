/* What is granted, in numbers, and granting a new page: see stardust/grant.h. */
#include <kernel/xen/grant_table.h>

#include <stardust/frames.h>
#include <stardust/memory.h>

struct grant_statistics grants_statistics(void)
{
    critical_t state = spin_lock_irqsave(&grant_table.lock);
    struct grant_statistics statistics = grant_table.statistics;

    spin_unlock_irqrestore(&grant_table.lock, state);
    return statistics;
}

void *grant_page(domid_t domain, grant_t *grant)
{
    void *page = page_alloc_zeroed();

    if (page != NULL && grant_access(domain, virtual_to_pfn(page), false, grant) != 0) {
        page_free(page);
        page = NULL;
    }
    return page;
}
