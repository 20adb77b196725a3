/* Places for frames that are not this guest's memory: see stardust/foreign.h. */
#include <stardust/foreign.h>

#include <stardust/frames.h>
#include <stardust/memory.h>
#include <stardust/mmu.h>
#include <stardust/panic.h>
#include <stardust/start_info.h>

/* The page that an open place shows: pagetable.c counts its entry, so that the table stays whatever Xen does to the entry. */
static pfn_t zeroes;

void foreign_init(void)
{
    void *page = page_alloc_zeroed();

    assert_that(page != NULL, "foreign: no memory");
    zeroes = virtual_to_pfn(page);
}

static int set(uintptr_t va, mfn_t mfn, enum access access)
{
    struct mmu_batch batch;

    mmu_begin(&batch);
    mmu_set(&batch, va, pagetable_entry(mfn, access), UVMF_INVLPG | UVMF_ALL);
    return mmu_commit(&batch);
}

int foreign_open(uintptr_t va)
{
    return pagetable_map(va, &zeroes, 1, ACCESS_READ);
}

int foreign_set(uintptr_t va, mfn_t mfn, enum access access)
{
    return set(va, mfn, access);
}

void foreign_clear(uintptr_t va)
{
    int error = set(va, guest.p2m[zeroes], ACCESS_READ);

    assert_that(error == 0, "foreign: 0x%lx cannot be cleared: error %d", va, error);
}

void foreign_close(uintptr_t va)
{
    foreign_clear(va);
    pagetable_unmap(va, 1);
}
