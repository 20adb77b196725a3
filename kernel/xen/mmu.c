/* Sending page-table changes to Xen: see stardust/mmu.h. */
#include <stardust/mmu.h>

#include <stardust/hypercall.h>

void mmu_begin(struct mmu_batch *batch)
{
    batch->count = 0;
    batch->error = 0;
}

/* The first error among the answers to several calls. */
static long send_together(struct mmu_batch *batch)
{
    long error = hypercall_multicall(batch->calls, batch->count);

    for (unsigned i = 0; i < batch->count && error == 0; i++) {
        error = (long)batch->calls[i].result;
    }
    return error;
}

static void send(struct mmu_batch *batch)
{
    const struct multicall_entry *first = &batch->calls[0];
    long error = 0;

    /* One call alone costs less without the multicall around it. */
    if (batch->count == 1) {
        error =
            hypercall(first->op, first->args[0], first->args[1], first->args[2], first->args[3], 0);
    } else if (batch->count > 1) {
        error = send_together(batch);
    }
    if (batch->error == 0) {
        batch->error = (int)error;
    }
    batch->count = 0;
}

/* Room for one more call. */
static unsigned next(struct mmu_batch *batch, unsigned long number)
{
    if (batch->count == MMU_BATCH_SIZE) {
        send(batch);
    }
    batch->calls[batch->count] = (struct multicall_entry){.op = number};
    return batch->count++;
}

static void set_arguments(struct multicall_entry *call, unsigned long a, unsigned long b,
                          unsigned long c, unsigned long d)
{
    call->args[0] = a;
    call->args[1] = b;
    call->args[2] = c;
    call->args[3] = d;
}

void mmu_set(struct mmu_batch *batch, uintptr_t va, uint64_t entry, unsigned long flush)
{
    unsigned i = next(batch, __HYPERVISOR_update_va_mapping);

    set_arguments(&batch->calls[i], va, entry, flush, 0);
}

void mmu_write(struct mmu_batch *batch, mfn_t table, unsigned index, uint64_t entry)
{
    unsigned i = next(batch, __HYPERVISOR_mmu_update);

    batch->arguments[i].update = (struct mmu_update){
        .ptr = (table << PAGE_SHIFT) + index * sizeof entry + MMU_NORMAL_PT_UPDATE,
        .val = entry,
    };
    set_arguments(&batch->calls[i], (unsigned long)&batch->arguments[i].update, 1, 0, DOMID_SELF);
}

static void operation(struct mmu_batch *batch, unsigned command, mfn_t mfn)
{
    unsigned i = next(batch, __HYPERVISOR_mmuext_op);

    batch->arguments[i].operation = (struct mmuext_op){.cmd = command, .arg1.mfn = mfn};
    set_arguments(&batch->calls[i], (unsigned long)&batch->arguments[i].operation, 1, 0,
                  DOMID_SELF);
}

void mmu_pin(struct mmu_batch *batch, unsigned level, mfn_t table)
{
    operation(batch, MMUEXT_PIN_L1_TABLE + level - 1, table);
}

void mmu_unpin(struct mmu_batch *batch, mfn_t table)
{
    operation(batch, MMUEXT_UNPIN_TABLE, table);
}

void mmu_flush_all(struct mmu_batch *batch)
{
    operation(batch, MMUEXT_TLB_FLUSH_ALL, 0);
}

int mmu_commit(struct mmu_batch *batch)
{
    send(batch);
    return batch->error;
}
