/* VCPUOP_initialise: see vcpu_initialise.h. */
#include "vcpu_initialise.h"

#include "complaint.h"
#include "fakexen.h"
#include "guest.h"
#include "types.h"

#include <stardust/layout.h>

#include <xen/callback.h>
#include <xen/vcpu.h>

#include <xen/errno.h>

static bool addresses_canonical(const struct vcpu_guest_context *c)
{
    const uint64_t addresses[] = {
        c->user_regs.rip,        c->user_regs.rsp, c->kernel_sp,          c->fs_base,
        c->gs_base_kernel,       c->gs_base_user,  c->event_callback_eip, c->failsafe_callback_eip,
        c->syscall_callback_eip,
    };

    for (size_t i = 0; i < ARRAY_LENGTH(addresses); i++) {
        if (!guest_canonical(addresses[i])) {
            return false;
        }
    }
    for (size_t i = 0; i < ARRAY_LENGTH(c->trap_ctxt); i++) {
        if (!guest_canonical(c->trap_ctxt[i].address)) {
            return false;
        }
    }
    return true;
}

/* A descriptor table's page may have no writable mapping either. */
static long check_descriptors(const struct vcpu_guest_context *c)
{
    for (uint64_t i = 0; i < (c->gdt_ents + 511) / 512; i++) {
        if (c->gdt_ents > 8192 || i >= ARRAY_LENGTH(c->gdt_frames) ||
            !machine_frame_is_ours(c->gdt_frames[i]) ||
            machine_frames[c->gdt_frames[i]].uses != 0) {
            return -XEN_EINVAL;
        }
    }
    return 0;
}

static long take_tables(mfn_t mfn)
{
    complaint_request = (struct request){.kind = REQUEST_PIN, .frame = mfn, .level = 4};
    if (!machine_frame_is_ours(mfn)) {
        complain_pin_foreign();
        return -XEN_EINVAL;
    }
    return type_get(mfn, TYPE_L4);
}

static void begin_with(struct fakexen_vcpu *v, const struct vcpu_guest_context *c)
{
    v->context = *c;
    v->initialised = true;
    v->up = (c->flags & VGCF_online) != 0;
    v->callbacks[CALLBACKTYPE_event] = c->event_callback_eip;
    v->callbacks[CALLBACKTYPE_failsafe] = c->failsafe_callback_eip;
    v->callbacks[CALLBACKTYPE_syscall] = c->syscall_callback_eip;
}

long vcpu_initialise(unsigned vcpu, uint64_t pointer)
{
    struct fakexen_vcpu *v = &fakexen.vcpus[vcpu];
    static struct vcpu_guest_context context;
    long error;

    if (guest_read(&context, pointer, sizeof context) != 0) {
        return -XEN_EFAULT;
    }
    if (v->initialised) {
        return -XEN_EEXIST;
    }
    if (!addresses_canonical(&context) ||
        ((context.flags & VGCF_in_kernel) == 0 && context.ctrlreg[1] == 0)) {
        return -XEN_EINVAL;
    }
    error = check_descriptors(&context);
    error = error == 0 ? take_tables(context.ctrlreg[3] >> PAGE_SHIFT) : error;
    if (error == 0) {
        begin_with(v, &context);
    }
    return error;
}
