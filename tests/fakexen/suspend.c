/* A domain that is saved and restored: see suspend.h. */
#include "suspend.h"

#include <string.h>

#include <sys/mman.h>

#include <stardust/layout.h>
#include <stardust/shared_info.h>

#include "grant_table.h"
#include "machine.h"
#include "runner/test.h"

#define ENTRIES (PAGE_SIZE / sizeof(mfn_t))

static void check_start_info(mfn_t frame)
{
    const struct start_info *info = fakexen.start_info;

    CHECK(frame == fakexen_frame_of(FAKEXEN_PAGE_START_INFO),
          .rule = "the third argument is the frame of start_info (xen/sched.h)",
          .did = text("gave frame 0x%lx", frame));
    CHECK(info->store_mfn == FAKEXEN_PAGE_STORE && info->console.domU.mfn == FAKEXEN_PAGE_CONSOLE,
          .rule = "in start_info the rings are pages, since their frames will be others",
          .did = text("left xenstore's as 0x%lx, the console's as 0x%lx", info->store_mfn,
                      info->console.domU.mfn));
}

/* What the frame `mfn` of the tree says at `index`. */
static mfn_t entry_of(mfn_t mfn, size_t index)
{
    CHECK(machine_frame_is_ours(mfn), .rule = "the tree of lists leads to pages of the domain",
          .did = text("put frame 0x%lx into it", mfn));
    return ((const mfn_t *)machine_page(mfn))[index];
}

/* Both forms, as the toolstack of any age wants them (arch-x86/xen.h). */
static void check_list(void)
{
    const struct arch_shared_info *arch = &fakexen.shared_info->arch;
    size_t pages = (fakexen.options.pages + ENTRIES - 1) / ENTRIES;

    CHECK(arch->max_pfn == fakexen.options.pages && arch->p2m_generation % 2 == 0 &&
              arch->p2m_vaddr == (uintptr_t)fakexen.p2m && arch->p2m_cr3 != 0,
          .rule = "the list of frames is published: where it is, how long, and complete",
          .did = text("said %lu pages at 0x%lx, generation %lu", arch->max_pfn, arch->p2m_vaddr,
                      arch->p2m_generation));
    for (size_t i = 0; i < pages; i++) {
        mfn_t middle = entry_of(arch->pfn_to_mfn_frame_list_list, i / ENTRIES);

        CHECK(entry_of(middle, i % ENTRIES) == fakexen_frame_of(FAKEXEN_PAGE_P2M + i),
              .rule = "the tree of lists leads to the list of frames",
              .did = text("has another frame for its page %zu", i));
    }
}

/* Only where the list is in the address space stays; what is in frames does not. */
static void restore_shared_info(void)
{
    mfn_t frame = fakexen.shared_info_frame - 1;
    struct shared_info *page = machine_page(frame);

    machine_frames[fakexen.shared_info_frame].ours = false;
    machine_frames[frame].ours = true;
    memcpy(page, fakexen.shared_info, PAGE_SIZE);
    page->arch.pfn_to_mfn_frame_list_list = 0;
    memset(page->evtchn_pending, 0, sizeof page->evtchn_pending);
    memset(page->evtchn_mask, 0xff, sizeof page->evtchn_mask);
    for (unsigned i = 0; i < XEN_LEGACY_MAX_VCPUS; i++) {
        page->vcpu_info[i].evtchn_pending_sel = 0;
    }
    fakexen.shared_info_frame = frame;
    fakexen.shared_info = page;
}

static void restore_ports(void)
{
    evtchn_t store = fakexen.store_port + 4, console = fakexen.console_port + 4;

    memset(fakexen.ports, 0, sizeof fakexen.ports);
    fakexen.ports[store] = fakexen.ports[console] =
        (struct fakexen_port){.state = PORT_BOUND, .used = true};
    fakexen.store_port = store;
    fakexen.console_port = console;
}

static void restore_vcpus(void)
{
    for (unsigned i = 0; i < FAKEXEN_VCPUS; i++) {
        struct fakexen_vcpu *v = &fakexen.vcpus[i], old = *v;

        *v = (struct fakexen_vcpu){.cpu = old.cpu,
                                   .info = &fakexen.shared_info->vcpu_info[i],
                                   .timer = NSEC_FOREVER,
                                   .initialised = old.up,
                                   .up = old.up};
        v->info->evtchn_upcall_mask = 1;
        if (old.up) {
            memcpy(v->callbacks, old.callbacks, sizeof v->callbacks);
        }
    }
}

static void restore_start_info(void)
{
    struct start_info *info = fakexen.start_info;

    info->shared_info = fakexen.shared_info_frame << PAGE_SHIFT;
    info->store_mfn = fakexen_frame_of(FAKEXEN_PAGE_STORE);
    info->store_evtchn = fakexen.store_port;
    info->console.domU.mfn = fakexen_frame_of(FAKEXEN_PAGE_CONSOLE);
    info->console.domU.evtchn = fakexen.console_port;
    /* Of the first start, and good for nothing now. */
    info->pt_base = info->mfn_list = info->nr_pt_frames = ~0ul;
}

long suspend_domain(mfn_t start_info)
{
    check_start_info(start_info);
    check_list();
    if (fakexen.cancels) {
        return 1;
    }
    restore_shared_info();
    restore_ports();
    restore_vcpus();
    restore_start_info();
    grant_start();
    return 0;
}
