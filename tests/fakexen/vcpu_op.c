/* vcpu_op: what the guest asks about its vCPUs. Beginning one is in vcpu_initialise.c, timers are in virtual_time.c. */
#include "operations.h"

#include "guest.h"
#include "machine.h"
#include "vcpu.h"
#include "vcpu_initialise.h"
#include "virtual_time.h"

#include <string.h>

#include <stardust/layout.h>

#include <xen/vcpu.h>

#include <xen/errno.h>

static long up(unsigned vcpu)
{
    if (!fakexen.vcpus[vcpu].initialised) {
        return -XEN_EINVAL;
    }
    fakexen.vcpus[vcpu].up = true;
    return 0;
}

/* When the last one goes down, the domain ends. */
static long down(unsigned vcpu)
{
    fakexen.vcpus[vcpu].up = false;
    for (unsigned i = 0; i < fakexen.options.vcpus; i++) {
        if (fakexen.vcpus[i].up) {
            return 0;
        }
    }
    fakexen.shut_down = true;
    return 0;
}

static void move_info(struct fakexen_vcpu *v, struct vcpu_info *place)
{
    memcpy(place, v->info, sizeof *place);
    v->info = place;
    v->registered = true;
    /* What came while it moved may be lost: Xen says that everything is pending. */
    place->evtchn_upcall_pending = 1;
    place->evtchn_pending_sel = ~(xen_ulong_t)0;
}

static long register_info(unsigned vcpu, uint64_t pointer)
{
    struct vcpu_register_vcpu_info place;
    struct fakexen_vcpu *v = &fakexen.vcpus[vcpu];

    if (guest_read(&place, pointer, sizeof place) != 0) {
        return -XEN_EFAULT;
    }
    if (place.offset > PAGE_SIZE - sizeof(struct vcpu_info)) {
        return -XEN_ENXIO;
    }
    if (v->registered || (vcpu != fakexen.vcpu && v->up) || !machine_frame_is_ours(place.mfn) ||
        (machine_frames[place.mfn].uses != 0 && machine_frames[place.mfn].type != TYPE_WRITABLE)) {
        return -XEN_EINVAL;
    }
    move_info(v, (struct vcpu_info *)((char *)machine_page(place.mfn) + place.offset));
    return 0;
}

static long register_runstate(unsigned vcpu, uint64_t pointer)
{
    struct vcpu_register_runstate_memory_area area;
    struct vcpu_runstate_info now = {.state = RUNSTATE_running};

    if (guest_read(&area, pointer, sizeof area) != 0) {
        return -XEN_EFAULT;
    }
    now.state_entry_time = now.time[RUNSTATE_running] = fakexen.now;
    fakexen.vcpus[vcpu].runstate = (uint64_t)area.addr.p;
    guest_write((uint64_t)area.addr.p, &now, sizeof now);
    return 0;
}

static long send_nmi(unsigned vcpu, uint64_t pointer)
{
    if (pointer != 0) {
        return -XEN_EINVAL;
    }
    fakexen.vcpus[vcpu].nmi_pending = fakexen.vcpus[vcpu].kicked = true;
    vcpu_unblock(vcpu);
    return 0;
}

long fakexen_vcpu_op(const uint64_t arguments[5])
{
    unsigned vcpu = (uint32_t)arguments[1];

    if (vcpu >= fakexen.options.vcpus) {
        return -XEN_ENOENT;
    }
    switch ((int)arguments[0]) {
    case VCPUOP_initialise:
        return vcpu_initialise(vcpu, arguments[2]);
    case VCPUOP_up:
        return up(vcpu);
    case VCPUOP_down:
        return down(vcpu);
    case VCPUOP_is_up:
        return fakexen.vcpus[vcpu].up;
    case VCPUOP_register_vcpu_info:
        return register_info(vcpu, arguments[2]);
    case VCPUOP_register_runstate_memory_area:
        return register_runstate(vcpu, arguments[2]);
    case VCPUOP_stop_periodic_timer:
        return 0;
    case VCPUOP_set_singleshot_timer:
        return time_set_singleshot(vcpu, arguments[2]);
    case VCPUOP_stop_singleshot_timer:
        return time_stop_singleshot(vcpu);
    case VCPUOP_send_nmi:
        return send_nmi(vcpu, arguments[2]);
    default:
        return -XEN_ENOSYS;
    }
}
