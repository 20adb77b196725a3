/* Stand-ins for what grant.c calls: see grant_around.h. */
#include "grant_around.h"

#include <string.h>

#include <sys/mman.h>

#include <stardust/frames.h>
#include <stardust/hypercall.h>
#include <stardust/memory.h>
#include <stardust/start_info.h>

#include <tests/fakexen/machine.h>

#include <xen/event_channel.h>

#define ROWS_AT FAKEXEN_WINDOW
#define PAGES   256
#define MOST    64

struct grant_table grant_table;
struct grant_around grant_around;

static struct grant_record records[FAKEXEN_GRANT_FRAMES * GRANTS_PER_FRAME];
static xen_pfn_t frame_list[PAGE_SIZE / sizeof(xen_pfn_t)];

static void make_table(unsigned frames)
{
    memset(records, 0xa5, sizeof records);
    memset(frame_list, 0, sizeof frame_list);
    grant_around = (struct grant_around){0};
    grant_table = (struct grant_table){.lock = SPINLOCK(LOCK_GRANTS),
                                       .rows = (struct grant_entry_v1 *)ROWS_AT,
                                       .records = records,
                                       .frame_list = frame_list,
                                       .statistics = {.frames_max = frames}};
    fakexen_grant_limit(frames);
}

void grant_around_start(unsigned frames)
{
    fakexen_start(&(struct fakexen_options){.pages = PAGES, .vcpus = VCPUS, .seed = test_seed()});
    start_info_read(&guest, fakexen.start_info);
    make_table(frames);
    memset(fakexen.shared_info->evtchn_mask, 0xff, sizeof fakexen.shared_info->evtchn_mask);
    for (unsigned i = 0; i < VCPUS; i++) {
        struct evtchn_bind_ipi bind = {.vcpu = i};

        hypercall_event_channel_op(EVTCHNOP_bind_ipi, &bind);
        cpus[i]->kick_port = bind.port;
    }
}

void grant_around_again(void)
{
    unsigned frames = grant_table.statistics.frames_max;

    grant_start();
    make_table(frames);
    fakexen.now = 0;
    memset(fakexen.shared_info->evtchn_pending, 0, sizeof fakexen.shared_info->evtchn_pending);
    for (unsigned i = 0; i < VCPUS; i++) {
        cpus[i]->spin_target = NULL;
        fakexen.vcpus[i].wait = WAIT_NONE;
    }
}

int grant_table_place(unsigned number, mfn_t mfn)
{
    CHECK(number == grant_around.placed && number < grant_table.statistics.frames_max,
          .rule =
              "the table's pages are placed one behind the other, and no more than there may be "
              "(kernel/xen/grant_table.h)",
          .did = text("grant_table_place was called for page %u", number),
          .expected = text("page %u", grant_around.placed), .where = __builtin_return_address(0));
    CHECK(machine_frame_is_ours(mfn) && number < fakexen_grant_frames() &&
              machine_page(mfn) == fakexen_grant_row(number * GRANTS_PER_FRAME),
          .rule = "Xen says where the pages of the table are: GNTTABOP_setup_table writes their "
                  "frames into frame_list, from page 0 on (public header xen/grant_table.h)",
          .did = text("page %u was placed at the machine frame 0x%lx", number, mfn),
          .expected = "frame_list[number], as Xen wrote it",
          .usually = "the first entry of the list is taken each time, or Xen was not asked for a "
                     "table of one page more",
          .where = __builtin_return_address(0));
    if (grant_around.no_memory) {
        return -XEN_ENOMEM;
    }
    machine_show(ROWS_AT + number * PAGE_SIZE, mfn, PROT_READ | PROT_WRITE);
    memset(&records[number * GRANTS_PER_FRAME], 0, GRANTS_PER_FRAME * sizeof records[0]);
    grant_around.placed++;
    return 0;
}

void grant_table_retry_later(void)
{
    grant_around.retries++;
}

/* Nobody may see what comes to lie in a page that was freed. */
void page_free(void *page)
{
    unsigned uses = fakexen_grant_uses_of_frame(fakexen_frame_of(virtual_to_pfn(page)));

    CHECK(
        uses == 0,
        .rule = "a page that another domain has mapped is not freed: what comes to lie there next "
                "could be read and changed (stardust/grant.h)",
        .did = text("page_free was called for a page that is mapped %u time%s", uses,
                    uses == 1 ? "" : "s"),
        .expected = "the page stays, and its grant is deferred",
        .usually = "grant_revoke's answer is not looked at, or the page is freed before the grant "
                   "is revoked",
        .where = __builtin_return_address(0));
    CHECK(page != grant_around.last, .rule = "a page is freed once",
          .did = "page_free was called for the same page again", .expected = "once",
          .where = __builtin_return_address(0));
    grant_around.freed++;
    grant_around.last = page;
}

int grant_around_grow(void)
{
    critical_t state = spin_lock_irqsave(&grant_table.lock);
    int error = grant_table_grow();

    spin_unlock_irqrestore(&grant_table.lock, state);
    return error;
}

pfn_t grant_around_page(unsigned i)
{
    return FAKEXEN_PAGE_FREE + i % MOST;
}

grant_t grant_around_give(unsigned i)
{
    grant_t grant = 0;
    int error = grant_access(FAKEXEN_PEER, grant_around_page(i), false, &grant);

    CHECK(error == 0, .rule = "what grant_access returns " HEADER,
          .did = text("returned %d", error), .expected = "0", .where = (const void *)grant_access);
    return grant;
}

const char *grant_around_row(grant_t grant)
{
    const struct grant_entry_v1 *row = fakexen_grant_row(grant);

    return row == NULL
               ? "no row: the table is not that large"
               : text("flags 0x%x, domain %u, frame 0x%x", row->flags, row->domid, row->frame);
}

/* How long the list that begins with `first` is; each of its records is used for `use`. */
static unsigned length_of(grant_t first, enum grant_use use, const void *where)
{
    unsigned all = grant_around.placed * GRANTS_PER_FRAME, length = 0;

    for (grant_t grant = first; grant != 0; grant = records[grant].next) {
        CHECK(grant >= GNTTAB_NR_RESERVED_ENTRIES && grant < all && records[grant].use == use,
              .rule = "the lists have references of the table in them, none that is reserved or in "
                      "use for something else (kernel/xen/grant_table.h)",
              .did = text("%u is in the list of %s references", grant,
                          use == GRANT_FREE ? "free" : "deferred"),
              .expected = text("references from %u to %u, of that use", GNTTAB_NR_RESERVED_ENTRIES,
                               all - 1),
              .where = where);
        CHECK(++length <= all, .rule = "a list ends", .did = "a reference is in it twice",
              .expected = "each once",
              .usually = "a reference was given back twice, or two had it at the same time",
              .where = where);
    }
    return length;
}

static void check_masks(const void *where)
{
    CHECK(fakexen_vcpu_info(fakexen.vcpu)->evtchn_upcall_mask == 0 &&
              grant_table.lock.next == grant_table.lock.owner,
          .rule = "whoever takes grant_table.lock gives it back",
          .did = "returned with the lock taken, or upcalls masked",
          .expected = "spin_unlock_irqrestore on every way out",
          .usually = "a return in the middle of the function", .where = where);
}

void grant_around_check(unsigned given, unsigned deferred, const void *where)
{
    const struct grant_statistics *s = &grant_table.statistics;
    unsigned all = grant_around.placed > 0
                       ? grant_around.placed * GRANTS_PER_FRAME - GNTTAB_NR_RESERVED_ENTRIES
                       : 0;
    unsigned free = length_of(grant_table.first_free, GRANT_FREE, where);
    unsigned waiting = length_of(grant_table.first_deferred, GRANT_DEFERRED, where);

    check_masks(where);
    fakexen_grant_check(where);
    CHECK(free == all - given && waiting == deferred,
          .rule = "a reference is free, given, or deferred, and is never lost",
          .did =
              text("%u are in the list of free ones, %u in that of deferred ones", free, waiting),
          .expected = text("%u and %u: the table has %u, and %u are in use", all - given, deferred,
                           all, given),
          .where = where);
    CHECK(s->given == given && s->deferred == deferred && s->frames == grant_around.placed,
          .rule = "the statistics say how many there are (stardust/grant.h)",
          .did = text("%u given, %u deferred, %u pages", s->given, s->deferred, s->frames),
          .expected = text("%u, %u, %u", given, deferred, grant_around.placed), .where = where);
}
