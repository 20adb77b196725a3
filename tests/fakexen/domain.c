/* Making a domain: its memory, its machine frames, its start_info page. See fakexen.h. */
#include "fakexen.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sys/mman.h>

#include <stardust/layout.h>
#include <tests/ktap/random.h>

#include "sanitizer.h"

#include <xen/event_channel.h>

struct fakexen fakexen;
unsigned long fakexen_m2p[FAKEXEN_FRAMES];

static struct random garbage;

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
}

static void *map_pages(void *where, size_t pages, int flags)
{
    void *memory = mmap(where, pages * PAGE_SIZE, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | flags, -1, 0);

    if (memory == MAP_FAILED || (where != NULL && memory != where)) {
        perror("fakexen: no memory for the domain");
        abort();
    }
    return memory;
}

static void take_frame(pfn_t pfn, mfn_t mfn)
{
    fakexen.p2m[pfn] = mfn;
    fakexen_m2p[mfn] = pfn;
}

/* Scattered: no two pages of the domain have neighbouring frames, and no pfn is its own frame. */
static void scatter_frames(void)
{
    static mfn_t free_frames[FAKEXEN_FRAMES / 2];
    size_t count = FAKEXEN_FRAMES / 2 - FAKEXEN_FRAMES / 4;

    for (size_t i = 0; i < count; i++) {
        free_frames[i] = FAKEXEN_FRAMES / 2 + 2 * i;
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
}

static void make_memory(void)
{
    size_t pages = fakexen.options.pages;

    fakexen.memory = map_pages((void *)KERNEL_BASE, pages, MAP_FIXED_NOREPLACE);
    fill_with_garbage(fakexen.memory, FAKEXEN_PAGE_P2M * PAGE_SIZE);
    fakexen.p2m = fakexen_page(FAKEXEN_PAGE_P2M);
    fakexen.shared_info = map_pages(NULL, 1, 0);
    scatter_frames();
}

static void describe_rings(struct start_info *info)
{
    info->store_mfn = fakexen.p2m[FAKEXEN_PAGE_STORE];
    info->store_evtchn = fakexen.store_port = 1;
    info->console.domU.mfn = fakexen.p2m[FAKEXEN_PAGE_CONSOLE];
    info->console.domU.evtchn = fakexen.console_port = 2;
    fakexen.ports[1] = (struct fakexen_port){.state = PORT_BOUND};
    fakexen.ports[2] = (struct fakexen_port){.state = PORT_BOUND};
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

void fakexen_start(const struct fakexen_options *options)
{
    if (fakexen.memory != NULL) {
        sanitizer_allow(fakexen.memory, fakexen.options.pages * (size_t)PAGE_SIZE);
        munmap(fakexen.memory, fakexen.options.pages * (size_t)PAGE_SIZE);
        munmap(fakexen.shared_info, PAGE_SIZE);
    }
    memset(&fakexen, 0, sizeof fakexen);
    fakexen.poison = 0xdeadbeefdeadf00d;
    apply_defaults(options);
    garbage = random_start(fakexen.options.seed);
    make_memory();
    make_start_info();
}
