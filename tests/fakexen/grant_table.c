/* The grant tables of the guest and of the second domain: see grant.h and grant_table.h. */
#include "grant_table.h"

#include <string.h>

#include <stardust/layout.h>

#include "guest.h"
#include "runner/test.h"

#include <xen/errno.h>

#define ROWS        (PAGE_SIZE / sizeof(struct grant_entry_v1))
#define FIRST_TABLE (FAKEXEN_FRAMES - FAKEXEN_GRANT_FRAMES)
#define FIRST_PEER  (FIRST_TABLE - FAKEXEN_PEER_GRANTS)

/* How a row is in use, and what it was then. */
struct use {
    unsigned readers, writers;
    struct grant_entry_v1 row;
};

static struct use uses[FAKEXEN_GRANT_FRAMES * ROWS];
static unsigned frames, most_frames, delays;

/* Of the second domain; the row is no memory that anybody else sees. */
static struct grant_entry_v1 peer_rows[FAKEXEN_PEER_GRANTS];
static struct use peer_uses[FAKEXEN_PEER_GRANTS];

void grant_start(void)
{
    grant_map_start();
    memset(uses, 0, sizeof uses);
    memset(peer_rows, 0, sizeof peer_rows);
    memset(peer_uses, 0, sizeof peer_uses);
    frames = 0;
    delays = 0;
    most_frames = FAKEXEN_GRANT_FRAMES;
}

void fakexen_grant_limit(unsigned limit)
{
    most_frames = limit;
}

void fakexen_grant_delay(unsigned count)
{
    delays = count;
}

bool grant_delayed(void)
{
    return delays > 0 && delays-- > 0;
}

domid_t grant_guest(void)
{
    return fakexen.options.first_domain ? 0 : FAKEXEN_GUEST;
}

unsigned fakexen_grant_frames(void)
{
    return frames;
}

struct grant_entry_v1 *fakexen_grant_row(grant_ref_t ref)
{
    return ref / ROWS < frames
               ? (struct grant_entry_v1 *)machine_page(FIRST_TABLE + ref / ROWS) + ref % ROWS
               : NULL;
}

unsigned fakexen_grant_uses(grant_ref_t ref)
{
    return uses[ref].readers + uses[ref].writers;
}

unsigned fakexen_grant_uses_of_frame(mfn_t mfn)
{
    unsigned sum = 0;

    for (grant_ref_t ref = 0; ref < frames * ROWS; ref++) {
        sum += uses[ref].row.frame == mfn ? fakexen_grant_uses(ref) : 0;
    }
    return sum;
}

static uint16_t use_bits(const struct use *use)
{
    return (use->readers + use->writers > 0 ? GTF_reading : 0) |
           (use->writers > 0 ? GTF_writing : 0);
}

static void check_row(grant_ref_t ref, const void *where)
{
    const struct grant_entry_v1 *row = fakexen_grant_row(ref), *was = &uses[ref].row;

    CHECK(
        (row->flags & GTF_type_mask) == GTF_permit_access && row->domid == was->domid &&
            row->frame == was->frame && (row->flags & use_bits(&uses[ref])) != 0,
        .rule = "a row whose page is in use (GTF_reading, GTF_writing) is not changed by the guest "
                "(public header xen/grant_table.h, \"Invalidating an in-use GTF_permit_access "
                "entry\")",
        .did = text("row %u: flags 0x%x, domain %u, frame 0x%x, while the domain %u has it mapped",
                    ref, row->flags, row->domid, row->frame, was->domid),
        .expected =
            text("domain %u, frame 0x%x, and the flags that Xen has set", was->domid, was->frame),
        .usually = "the flags are written without looking, or between looking and writing the "
                   "other domain mapped the page: a compare-and-exchange sees that (handout 6.3)",
        .where = where);
}

void fakexen_grant_check(const void *where)
{
    for (grant_ref_t ref = 0; ref < frames * ROWS; ref++) {
        if (fakexen_grant_uses(ref) > 0) {
            check_row(ref, where);
        }
    }
}

static bool find(domid_t granter, grant_ref_t ref, struct grant_entry_v1 **row, struct use **use)
{
    if (granter == grant_guest()) {
        *row = fakexen_grant_row(ref);
        *use = &uses[ref < ARRAY_LENGTH(uses) ? ref : 0];
    } else {
        *row = ref < FAKEXEN_PEER_GRANTS ? &peer_rows[ref] : NULL;
        *use = &peer_uses[ref < FAKEXEN_PEER_GRANTS ? ref : 0];
    }
    return *row != NULL;
}

int16_t grant_use(domid_t granter, grant_ref_t ref, domid_t user, bool write, mfn_t *mfn)
{
    struct grant_entry_v1 *row;
    struct use *use;

    if (granter != grant_guest() && granter != FAKEXEN_PEER) {
        return GNTST_bad_domain;
    }
    if (!find(granter, ref, &row, &use)) {
        return GNTST_bad_gntref;
    }
    if ((row->flags & GTF_type_mask) != GTF_permit_access || row->domid != user ||
        (write && (row->flags & GTF_readonly) != 0)) {
        return GNTST_general_error;
    }
    if (row->frame >= FAKEXEN_FRAMES ||
        (granter == grant_guest() && !machine_frames[row->frame].ours)) {
        return GNTST_bad_page;
    }
    if (use_bits(use) == 0) {
        use->row = *row;
    }
    use->writers += write;
    use->readers += !write;
    row->flags |= use_bits(use);
    *mfn = use->row.frame;
    return GNTST_okay;
}

void grant_unuse(domid_t granter, grant_ref_t ref, bool write)
{
    struct grant_entry_v1 *row;
    struct use *use;

    if (find(granter, ref, &row, &use)) {
        use->writers -= write;
        use->readers -= !write;
        row->flags &= (uint16_t)(~(GTF_reading | GTF_writing) | use_bits(use));
    }
}

long grant_query_size(uint64_t operation)
{
    struct gnttab_query_size query;
    long error = guest_read(&query, operation, sizeof query);

    if (error != 0) {
        return error;
    }
    query.status =
        query.dom == DOMID_SELF || query.dom == grant_guest() ? GNTST_okay : GNTST_bad_domain;
    query.nr_frames = frames;
    query.max_nr_frames = most_frames;
    return guest_write(operation, &query, sizeof query);
}

static void grow(unsigned count)
{
    for (; frames < count; frames++) {
        memset(machine_page(FIRST_TABLE + frames), 0, PAGE_SIZE);
        machine_frames[FIRST_TABLE + frames].ours = true;
    }
}

static long write_list(const struct gnttab_setup_table *setup)
{
    uint64_t list = (uint64_t)setup->frame_list.p;
    long error = 0;

    for (unsigned i = 0; i < setup->nr_frames && error == 0; i++) {
        xen_pfn_t frame = FIRST_TABLE + i;

        error = guest_write(list + i * sizeof frame, &frame, sizeof frame);
    }
    return error;
}

long grant_setup_table(uint64_t operation)
{
    struct gnttab_setup_table setup;
    long error = guest_read(&setup, operation, sizeof setup);

    if (error != 0) {
        return error;
    }
    setup.status = GNTST_okay;
    if (setup.dom != DOMID_SELF && setup.dom != grant_guest()) {
        setup.status = GNTST_bad_domain;
    } else if (setup.nr_frames > most_frames) {
        setup.status = GNTST_general_error;
    } else {
        grow(setup.nr_frames);
        error = write_list(&setup);
    }
    return error != 0 ? error : guest_write(operation, &setup, sizeof setup);
}

grant_ref_t peer_grant(bool read_only)
{
    for (grant_ref_t ref = 0; ref < FAKEXEN_PEER_GRANTS; ref++) {
        if (peer_rows[ref].flags == 0) {
            peer_rows[ref] =
                (struct grant_entry_v1){.flags = GTF_permit_access | (read_only ? GTF_readonly : 0),
                                        .domid = grant_guest(),
                                        .frame = FIRST_PEER + ref};
            return ref;
        }
    }
    CU_FAIL_FATAL("the second domain has no page left");
    return 0;
}

void *peer_own(grant_ref_t ref)
{
    return machine_page(peer_rows[ref].frame);
}

bool peer_revoke(grant_ref_t ref)
{
    bool unused = use_bits(&peer_uses[ref]) == 0;

    peer_rows[ref].flags = unused ? 0 : peer_rows[ref].flags;
    return unused;
}
