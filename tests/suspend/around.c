/* What suspend.c has others do: see around.h. */
#include "around.h"

#include <string.h>

#include <sys/mman.h>

#include <stardust/clock.h>
#include <stardust/console.h>
#include <stardust/event.h>
#include <stardust/frames.h>
#include <stardust/grant.h>
#include <stardust/hypercall.h>
#include <stardust/inspect.h>
#include <stardust/mutex.h>
#include <stardust/p2m.h>
#include <stardust/print.h>
#include <stardust/shared_info.h>
#include <stardust/start_info.h>
#include <stardust/suspend.h>
#include <stardust/thread.h>
#include <stardust/timer.h>
#include <stardust/vcpu_plug.h>
#include <stardust/xenbus.h>
#include <stardust/xenstore.h>

#include <kernel/cpu/smp_parts.h>

#include <tests/fakexen/fakexen.h>
#include <tests/fakexen/machine.h>
#include <tests/fakexen/runner/test.h>

#include <xen/errno.h>

char around_calls[1000];
unsigned around_stubborn;
bool around_mapped;

static struct thread self = {.asked = 6, .affinity = 6};
static unsigned pages_taken;

void around_note(const char *word)
{
    strncat(around_calls, word, sizeof around_calls - strlen(around_calls) - 1);
    strncat(around_calls, " ", sizeof around_calls - strlen(around_calls) - 1);
}

void *page_alloc_zeroed(void)
{
    return memset(fakexen_page(FAKEXEN_PAGE_FREE + pages_taken++), 0, PAGE_SIZE);
}

void mutex_lock(struct mutex *m)
{
    (void)m;
}

void mutex_unlock(struct mutex *m)
{
    (void)m;
}

void print(const char *format, ...)
{
    (void)format;
}

int thread_set_affinity(struct thread *t, cpu_mask_t affinity)
{
    t->asked = t->affinity = affinity;
    around_note(text("on-%x", affinity));
    return 0;
}

bool timer_cancel(struct timer *timer)
{
    (void)timer;
    return false;
}

/* By Xen's operations, as unplug.c does: a vCPU that Xen has forgotten is made anew. */
int vcpu_unplug(unsigned number)
{
    if (number == around_stubborn) {
        return -XEN_ENOMEM;
    }
    cpus_online &= ~((cpu_mask_t)1 << number);
    around_note(text("down-%u", number));
    return (int)hypercall_vcpu_op(VCPUOP_down, number, NULL);
}

int vcpu_plug(unsigned number)
{
    struct vcpu_guest_context context = {.flags = VGCF_in_kernel};
    long error;

    context.ctrlreg[3] = guest.p2m[virtual_to_pfn(guest.page_table)] << PAGE_SHIFT;
    error = hypercall_vcpu_op(VCPUOP_initialise, number, &context);
    around_note(text("up-%u%s", number, error == 0 ? "-anew" : ""));
    CHECK(error == 0 || error == -XEN_EEXIST, .did = text("initialised it: error %ld", error));
    cpus_online |= (cpu_mask_t)1 << number;
    return (int)hypercall_vcpu_op(VCPUOP_up, number, NULL);
}

/* The kernel's sees the page by its page tables; here the page is shown to it. */
void shared_info_map(void)
{
    CHECK(guest.shared_info == fakexen.shared_info_frame << PAGE_SHIFT,
          .rule = "after a restore the page that is shared with Xen is another one",
          .did = text("mapped the one at 0x%lx", guest.shared_info));
    machine_show((uintptr_t)&shared_info, fakexen.shared_info_frame, PROT_READ | PROT_WRITE);
    around_mapped = true;
    around_note("map");
}

void shared_info_unmap(void)
{
    around_mapped = false;
    around_note("unmap");
}

void cpu_register_info(struct cpu *cpu)
{
    CHECK(!fakexen.vcpus[cpu->number].registered,
          .rule = "VCPUOP_register_vcpu_info is allowed once for each vCPU of a domain",
          .did = text("registered vCPU %u again", cpu->number));
    fakexen.vcpus[cpu->number].info = &cpu->info;
    fakexen.vcpus[cpu->number].registered = true;
    around_note(text("register-%u", cpu->number));
}

#define NOTED(function)                                                                            \
    void function(void)                                                                            \
    {                                                                                              \
        around_note(#function);                                                                    \
    }
#define NOTED_CANCELLED(function)                                                                  \
    void function(bool cancelled)                                                                  \
    {                                                                                              \
        around_note(text("%s%s", #function, cancelled ? "-cancelled" : ""));                       \
    }

NOTED(xenbus_suspend)
NOTED(xenstore_suspend)
NOTED(console_suspend)
NOTED(clock_suspend)
NOTED(grants_suspend)
NOTED(clock_resume)
NOTED(events_forget)
NOTED(smp_resume_first)
NOTED(inspect_init)
NOTED_CANCELLED(xenbus_resume)
NOTED_CANCELLED(xenstore_resume)
NOTED_CANCELLED(console_resume)
NOTED_CANCELLED(grants_resume)
NOTED_CANCELLED(timers_resume)

void around_start(void)
{
    fakexen_start(&(struct fakexen_options){.vcpus = 3, .seed = test_seed()});
    CHECK(start_info_read(&guest, fakexen.start_info) == 0, .did = "did not read start_info");
    cpu_this()->current = &self;
    p2m_publish();
    suspend_init(fakexen.start_info);
    around_mapped = true;
    around_calls[0] = '\0';
}
