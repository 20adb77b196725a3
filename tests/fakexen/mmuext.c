/* mmuext_op: pinning page tables, and making vCPUs forget. */
#include "operations.h"

#include "complaint.h"
#include "guest.h"
#include "tlb.h"
#include "types.h"

#include <xen/errno.h>

#define THIS_VCPU ((uint64_t)1 << fakexen.vcpu)

static long pin(mfn_t mfn, unsigned level)
{
    struct machine_frame *frame = &machine_frames[mfn];
    long error;

    complaint_request = (struct request){.kind = REQUEST_PIN, .frame = mfn, .level = level};
    if (!machine_frame_is_ours(mfn)) {
        complain_pin_foreign();
        return -XEN_EINVAL;
    }
    error = type_get(mfn, level);
    if (error == 0 && frame->pinned) {
        type_put(mfn);
        complain_pinned(true);
        return -XEN_EINVAL;
    }
    frame->pinned |= error == 0;
    return error;
}

static long unpin(mfn_t mfn)
{
    complaint_request = (struct request){.kind = REQUEST_UNPIN, .frame = mfn};
    if (!machine_frame_is_ours(mfn)) {
        complain_pin_foreign();
        return -XEN_EINVAL;
    }
    if (!machine_frames[mfn].pinned) {
        complain_pinned(false);
        return -XEN_EINVAL;
    }
    machine_frames[mfn].pinned = false;
    type_put(mfn);
    return 0;
}

/* For the vCPUs of the mask at `pointer`. */
static long flush_some(uint64_t pointer, bool everything, uint64_t va)
{
    uint64_t mask;

    if (guest_read(&mask, pointer, sizeof mask) != 0) {
        return -XEN_EINVAL;
    }
    if (everything) {
        tlb_flush(mask);
    } else {
        tlb_flush_page(mask, va);
    }
    return 0;
}

static long operate(const struct mmuext_op *op)
{
    switch (op->cmd) {
    case MMUEXT_PIN_L1_TABLE:
    case MMUEXT_PIN_L2_TABLE:
    case MMUEXT_PIN_L3_TABLE:
    case MMUEXT_PIN_L4_TABLE:
        return pin(op->arg1.mfn, op->cmd - MMUEXT_PIN_L1_TABLE + 1);
    case MMUEXT_UNPIN_TABLE:
        return unpin(op->arg1.mfn);
    case MMUEXT_TLB_FLUSH_LOCAL:
        tlb_flush(THIS_VCPU);
        return 0;
    case MMUEXT_INVLPG_LOCAL:
        tlb_flush_page(THIS_VCPU, op->arg1.linear_addr);
        return 0;
    case MMUEXT_TLB_FLUSH_MULTI:
        return flush_some((uint64_t)op->arg2.vcpumask.p, true, 0);
    case MMUEXT_INVLPG_MULTI:
        return flush_some((uint64_t)op->arg2.vcpumask.p, false, op->arg1.linear_addr);
    case MMUEXT_TLB_FLUSH_ALL:
        tlb_flush(EVERY_VCPU);
        return 0;
    case MMUEXT_INVLPG_ALL:
        tlb_flush_page(EVERY_VCPU, op->arg1.linear_addr);
        return 0;
    default:
        return -XEN_ENOSYS;
    }
}

long fakexen_mmuext_op(const uint64_t arguments[5])
{
    uint32_t count = (uint32_t)arguments[1], done = 0;
    long error = (uint32_t)arguments[3] == DOMID_SELF ? 0 : -XEN_ESRCH;

    while (error == 0 && done < count) {
        struct mmuext_op one;

        error = guest_read(&one, arguments[0] + done * sizeof one, sizeof one);
        error = error == 0 ? operate(&one) : error;
        done += error == 0;
    }
    if (arguments[2] != 0) {
        guest_write(arguments[2], &done, sizeof done);
    }
    return error;
}
