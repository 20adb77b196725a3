/* Making a domain: its memory, its machine frames, its start_info page. See fakexen.h. */
#include "fakexen.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sys/mman.h>

#include <stardust/layout.h>
#include <stardust/shared_info.h>
#include <tests/ktap/random.h>

#include "boot_tables.h"
#include "grant_table.h"
#include "machine.h"
#include "sanitizer.h"
#include "vcpu.h"

#include <xen/event_channel.h>

struct fakexen fakexen;
unsigned long fakexen_m2p[FAKEXEN_FRAMES];

#define MOST_PAGES  (FAKEXEN_P2M_PAGES * PAGE_SIZE / sizeof(mfn_t))
#define FIRST_FRAME (FAKEXEN_FRAMES / 4)

_Static_assert(FIRST_FRAME + 2 * MOST_PAGES < FAKEXEN_FRAMES, "a frame for each page");
_Static_assert(FIRST_FRAME >= MOST_PAGES, "no pfn is a frame");

static struct random garbage;
static mfn_t frames[MOST_PAGES]; /* of each page */

mfn_t fakexen_frame_of(pfn_t pfn)
{
    return frames[pfn];
}

void *fakexen_page(pfn_t pfn)
{
    return fakexen.memory + (pfn << PAGE_SHIFT);
}

/* Never a zero byte: whoever reads on to a NUL that nobody promised runs into the end. */
static void fill_with_garbage(void *start, size_t length)
{
    unsigned char *bytes = start;

    for (size_t i = 0; i < length; i++) {
        bytes[i] = (unsigned char)(1 + random_below(&garbage, 255));
    }
}

static void apply_defaults(const struct fakexen_options *options)
{
    struct fakexen_options *o = &fakexen.options;

    *o = *options;
    o->pages = o->pages != 0 ? o->pages : 256;
    o->vcpus = o->vcpus != 0 ? o->vcpus : 1;
    o->command_line = o->command_line != NULL ? o->command_line : "";
    o->seed = o->seed != 0 ? o->seed : 1;
    if (o->pages < FAKEXEN_PAGE_FREE || o->pages > MOST_PAGES || o->vcpus > FAKEXEN_VCPUS) {
        fprintf(stderr, "fakexen: a domain of %u pages and %u vCPUs cannot be made\n", o->pages,
                o->vcpus);
        abort();
    }
}

static void take_frame(pfn_t pfn, mfn_t mfn)
{
    frames[pfn] = mfn;
    fakexen_m2p[mfn] = pfn;
    machine_frames[mfn].ours = true;
}

/* Scattered: no two pages of the domain have neighbouring frames, and no pfn is its own frame. */
static void scatter_frames(void)
{
    static mfn_t free_frames[MOST_PAGES + 1];
    size_t count = ARRAY_LENGTH(free_frames);

    for (size_t i = 0; i < count; i++) {
        free_frames[i] = FIRST_FRAME + 2 * i;
    }
    for (mfn_t mfn = 0; mfn < FAKEXEN_FRAMES; mfn++) {
        fakexen_m2p[mfn] = random_next(&garbage);
    }
    for (pfn_t pfn = 0; pfn < fakexen.options.pages; pfn++) {
        size_t chosen = random_below(&garbage, count);

        take_frame(pfn, free_frames[chosen]);
        free_frames[chosen] = free_frames[--count];
    }
    fakexen.shared_info_frame = free_frames[0];
    machine_frames[free_frames[0]].ours = true;
}

/* The same garbage in every page, but for where it begins: making more would take as long as all the rest. */
static void fill_pages(void)
{
    static unsigned char bytes[2 * PAGE_SIZE];

    fill_with_garbage(bytes, sizeof bytes);
    for (pfn_t pfn = 0; pfn < fakexen.options.pages; pfn++) {
        memcpy(machine_page(frames[pfn]), bytes + random_below(&garbage, PAGE_SIZE), PAGE_SIZE);
    }
}

static void make_memory(void)
{
    size_t pages = fakexen.options.pages;

    machine_start();
    scatter_frames();
    fill_pages();
    boot_tables_make();
    fakexen.memory = (char *)KERNEL_BASE;
    fakexen.p2m = fakexen_page(FAKEXEN_PAGE_P2M);
    memcpy(fakexen.p2m, frames, pages * sizeof frames[0]);
    fakexen.shared_info = machine_page(fakexen.shared_info_frame);
    machine_show((uintptr_t)&shared_info, fakexen.shared_info_frame, PROT_READ | PROT_WRITE);
}

/* The domain builder has made these two. */
static void make_ports(void)
{
    fakexen.ports[1] = (struct fakexen_port){.state = PORT_BOUND, .used = true};
    fakexen.ports[2] = (struct fakexen_port){.state = PORT_BOUND, .used = true};
}

static void describe_rings(struct start_info *info)
{
    info->store_mfn = fakexen.p2m[FAKEXEN_PAGE_STORE];
    info->store_evtchn = fakexen.store_port = 1;
    info->console.domU.mfn = fakexen.p2m[FAKEXEN_PAGE_CONSOLE];
    info->console.domU.evtchn = fakexen.console_port = 2;
    make_ports();
    fakexen.console_ring = fakexen_page(FAKEXEN_PAGE_CONSOLE);
}

/* What the screen's description looks like: nothing that could pass for a frame or a port. */
static void describe_screen(struct start_info *info)
{
    info->console.dom0.info_off = offsetof(struct start_info, nr_p2m_frames) + 8;
    info->console.dom0.info_size = 48;
}

static void put_command_line(struct start_info *info)
{
    const struct fakexen_options *o = &fakexen.options;
    size_t length = o->command_length != 0 ? o->command_length : strlen(o->command_line) + 1;

    memcpy(info->cmd_line, o->command_line, length);
}

/* Fields that this kind of domain has no use for stay garbage, and so does what follows the command line. */
static void make_start_info(void)
{
    struct start_info *info = fakexen_page(FAKEXEN_PAGE_START_INFO);

    fakexen.start_info = info;
    memcpy(info->magic, "xen-3.0-x86_64", sizeof "xen-3.0-x86_64");
    info->nr_pages = fakexen.options.pages;
    info->shared_info = fakexen.shared_info_frame << PAGE_SHIFT;
    info->flags = fakexen.options.flags;
    if (fakexen.options.first_domain) {
        info->flags |= SIF_INITDOMAIN | SIF_PRIVILEGED;
        describe_screen(info);
    } else {
        describe_rings(info);
    }
    info->pt_base = (uintptr_t)fakexen_page(FAKEXEN_PAGE_TABLES);
    info->nr_pt_frames = FAKEXEN_TABLE_PAGES;
    info->mfn_list = (uintptr_t)fakexen.p2m;
    put_command_line(info);
    sanitizer_forbid(info + 1, PAGE_SIZE - sizeof *info);
}

/* Nothing of the domain before is to be seen. */
static void take_away(void)
{
    size_t seen = FAKEXEN_PROGRAM - KERNEL_BASE;

    if (fakexen.memory != NULL) {
        sanitizer_allow(fakexen.memory, fakexen.options.pages * (size_t)PAGE_SIZE);
        munmap(fakexen.memory, seen);
        munmap((void *)FAKEXEN_WINDOW, FAKEXEN_WINDOW_END - FAKEXEN_WINDOW);
    }
}

void fakexen_start(const struct fakexen_options *options)
{
    take_away();
    memset(&fakexen, 0, sizeof fakexen);
    fakexen.poison = 0xdeadbeefdeadf00d;
    apply_defaults(options);
    garbage = random_start(fakexen.options.seed);
    make_memory();
    grant_start();
    vcpu_start_all();
    make_start_info();
}

void fakexen_again(void)
{
    memset(fakexen.ports, 0, sizeof fakexen.ports);
    memset(fakexen.vcpus, 0, sizeof fakexen.vcpus);
    memset(fakexen.shared_info, 0, PAGE_SIZE);
    fakexen.now = 0;
    fakexen.shut_down = false;
    if (!fakexen.options.first_domain) {
        make_ports();
    }
    vcpu_start_all();
}
