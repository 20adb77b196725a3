/* Access rights of what the domain builder mapped: see memory_protect_image in stardust/memory.h. */
#include <stardust/memory.h>

#include <stardust/hypercall.h>
#include <stardust/image.h>
#include <stardust/panic.h>

/* One hypercall for many entries: each costs about as much as changing three. */
static struct {
    struct mmu_update requests[128];
    unsigned count;
} batch;

static void batch_flush(void)
{
    unsigned done = 0;
    long error = batch.count == 0 ? 0 : hypercall_mmu_update(batch.requests, batch.count, &done);

    assert_that(error == 0, "protect: mmu_update of entry 0x%lx to 0x%lx: error %ld",
                batch.requests[done].ptr, batch.requests[done].val, error);
    batch.count = 0;
}

static void batch_add(const struct walk *walk, uint64_t address, uint64_t entry)
{
    uint64_t index = address >> PAGE_SHIFT & 511;

    batch.requests[batch.count++] = (struct mmu_update){
        .ptr = (walk->tables[1] << PAGE_SHIFT) + index * sizeof entry + MMU_NORMAL_PT_UPDATE,
        .val = entry,
    };
    if (batch.count == ARRAY_LENGTH(batch.requests)) {
        batch_flush();
    }
}

/* What the entry of the page at `address` should be, given what it is. Page tables are read-only already, and stay so. */
static uint64_t wanted(uint64_t address, uint64_t entry)
{
    if (address == (uintptr_t)guard_boot_stack) {
        return 0;
    }
    if (address < (uintptr_t)text_end) {
        return entry & ~(PTE_WRITABLE | PTE_NO_EXECUTE);
    }
    if (address < (uintptr_t)rodata_end) {
        return (entry & ~PTE_WRITABLE) | PTE_NO_EXECUTE;
    }
    return entry | PTE_NO_EXECUTE;
}

/* mmu_update changes tables, not what processors remember of them. */
static void forget_translations(void)
{
    struct mmuext_op flush = {.cmd = MMUEXT_TLB_FLUSH_ALL};
    unsigned done;
    long error = hypercall_mmuext_op(&flush, 1, &done);

    assert_that(error == 0, "protect: flushing all translations: error %ld", error);
}

void memory_protect_image(void)
{
    for (uint64_t address = KERNEL_BASE; address < memory_mapped_end(); address += PAGE_SIZE) {
        struct walk walk = memory_walk(address);
        uint64_t entry = walk.entries[1];

        if ((entry & PTE_PRESENT) && wanted(address, entry) != entry) {
            batch_add(&walk, address, wanted(address, entry));
        }
    }
    batch_flush();
    forget_translations();
}
