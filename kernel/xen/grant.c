/*
 * Granting pages and taking them back: see stardust/grant.h. Where the table lies is grant_table.c's business.
 */
#include <kernel/xen/grant_table.h>

#include <stardust/frames.h>
#include <stardust/hypercall.h>
#include <stardust/lab.h>
#include <stardust/memory.h>
#include <stardust/panic.h>
#include <stardust/start_info.h>

#include <xen/errno.h>

#ifdef SOLUTION_XENSTORE
static void put_free(grant_t grant)
{
    grant_table.records[grant].use = GRANT_FREE;
    grant_table.records[grant].next = grant_table.first_free;
    grant_table.first_free = grant;
}

/* Have Xen give the table `count` pages; where they are comes in frame_list. */
static int set_up(unsigned count)
{
    struct gnttab_setup_table setup = {.dom = DOMID_SELF, .nr_frames = count};
    long error;

    set_xen_guest_handle(setup.frame_list, grant_table.frame_list);
    error = hypercall_grant_table_op(GNTTABOP_setup_table, &setup, 1);
    if (error != 0) {
        return (int)error;
    }
    return setup.status == GNTST_okay ? 0 : -XEN_ENOMEM;
}

/* The lowest references come to lie first in the list. */
int grant_table_grow(void)
{
    unsigned frames = grant_table.statistics.frames;
    int error = frames < grant_table.statistics.frames_max ? set_up(frames + 1) : -XEN_ENOSPC;

    if (error == 0) {
        error = grant_table_place(frames, grant_table.frame_list[frames]);
    }
    if (error != 0) {
        return error;
    }
    grant_table.statistics.frames++;
    for (unsigned i = GRANTS_PER_FRAME; i-- > 0;) {
        grant_t grant = frames * GRANTS_PER_FRAME + i;

        if (grant >= GNTTAB_NR_RESERVED_ENTRIES) {
            put_free(grant);
        }
    }
    return 0;
}
#else
int grant_table_grow(void)
{
    LAB_TODO(
        xenstore, "6.1",
        "have Xen give the table one more page, place it, and put its references into the list");
}
#endif

#ifdef SOLUTION_XENSTORE
/* A free reference, in use from now on for the page `pfn`. */
static int take_free(pfn_t pfn, grant_t *grant)
{
    critical_t state = spin_lock_irqsave(&grant_table.lock);
    int error = grant_table.first_free != 0 ? 0 : grant_table_grow();

    if (error == 0) {
        struct grant_record *record = &grant_table.records[grant_table.first_free];

        *grant = grant_table.first_free;
        grant_table.first_free = record->next;
        *record = (struct grant_record){.use = GRANT_GIVEN, .page = (uint32_t)pfn};
        grant_table.statistics.given++;
    }
    spin_unlock_irqrestore(&grant_table.lock, state);
    return error;
}

int grant_access(domid_t domain, pfn_t pfn, bool read_only, grant_t *grant)
{
    struct grant_entry_v1 *row;
    int error;

    if (pfn >= guest.pages) {
        return -XEN_EINVAL;
    }
    if (guest.p2m[pfn] > UINT32_MAX) {
        return -XEN_ERANGE;
    }
    error = take_free(pfn, grant);
    if (error != 0) {
        return error;
    }
    row = &grant_table.rows[*grant];
    row->domid = domain;
    row->frame = (uint32_t)guest.p2m[pfn];
    /* The flags make the row valid: whoever sees them sees the rest. */
    __atomic_store_n(&row->flags, GTF_permit_access | (read_only ? GTF_readonly : 0),
                     __ATOMIC_RELEASE);
    return 0;
}
#else
int grant_access(domid_t domain, pfn_t pfn, bool read_only, grant_t *grant)
{
    LAB_TODO(xenstore, "6.2", "take a free reference, fill its row in, and make it valid last");
}
#endif

#ifdef SOLUTION_XENSTORE
/* Make the row invalid unless its page is in use. Xen sets and clears the bits of use at any time, hence the exchange. */
static bool invalidate(grant_t grant)
{
    uint16_t *flags = &grant_table.rows[grant].flags;
    uint16_t seen = __atomic_load_n(flags, __ATOMIC_RELAXED);

    do {
        if (seen & (GTF_reading | GTF_writing)) {
            return false;
        }
    } while (
        !__atomic_compare_exchange_n(flags, &seen, 0, false, __ATOMIC_SEQ_CST, __ATOMIC_RELAXED));
    return true;
}

int grant_revoke(grant_t grant)
{
    critical_t state = spin_lock_irqsave(&grant_table.lock);
    bool revoked;

    assert_that(grant / GRANTS_PER_FRAME < grant_table.statistics.frames &&
                    grant_table.records[grant].use == GRANT_GIVEN,
                "grant_revoke: %u is not granted", grant);
    revoked = invalidate(grant);
    if (revoked) {
        put_free(grant);
        grant_table.statistics.given--;
    } else {
        grant_table.statistics.busy++;
    }
    spin_unlock_irqrestore(&grant_table.lock, state);
    return revoked ? 0 : -XEN_EBUSY;
}
#else
int grant_revoke(grant_t grant)
{
    LAB_TODO(xenstore, "6.3",
             "make the row invalid, unless the page is in use; free the reference");
}
#endif

#ifdef SOLUTION_XENSTORE
/* Behind those that wait already. Context: grant_table.lock. */
static void put_deferred(grant_t grant)
{
    grant_table.records[grant].use = GRANT_DEFERRED;
    grant_table.records[grant].next = 0;
    if (grant_table.first_deferred == 0) {
        grant_table.first_deferred = grant;
    } else {
        grant_table.records[grant_table.last_deferred].next = grant;
    }
    grant_table.last_deferred = grant;
    grant_table.statistics.deferred++;
}

void grant_revoke_page(grant_t grant, void *page)
{
    critical_t state;

    assert_that(grant_table.records[grant].page == virtual_to_pfn(page),
                "grant_revoke_page: %u is not the grant of %p", grant, page);
    if (grant_revoke(grant) == 0) {
        page_free(page);
        return;
    }
    state = spin_lock_irqsave(&grant_table.lock);
    put_deferred(grant);
    spin_unlock_irqrestore(&grant_table.lock, state);
    grant_table_retry_later();
}

#else
void grant_revoke_page(grant_t grant, void *page)
{
    LAB_TODO(xenstore, "6.3",
             "free the page, or keep it with its grant in the list of deferred ones");
}
#endif

#ifdef SOLUTION_XENSTORE
/* Free the page of a deferred grant if nobody uses it any more; else it waits again. Context: grant_table.lock. */
static void retry(grant_t grant)
{
    struct grant_record *record = &grant_table.records[grant];

    grant_table.first_deferred = record->next;
    grant_table.statistics.deferred--;
    if (!invalidate(grant)) {
        put_deferred(grant);
        return;
    }
    page_free(pfn_to_virtual(record->page));
    put_free(grant);
    grant_table.statistics.given--;
    grant_table.statistics.late++;
}

unsigned grants_retry(unsigned most)
{
    critical_t state = spin_lock_irqsave(&grant_table.lock);
    unsigned left = grant_table.statistics.deferred;

    for (unsigned tries = left < most ? left : most; tries > 0; tries--) {
        retry(grant_table.first_deferred);
    }
    left = grant_table.statistics.deferred;
    spin_unlock_irqrestore(&grant_table.lock, state);
    return left;
}
#else
unsigned grants_retry(unsigned most)
{
    LAB_TODO(xenstore, "6.3", "try to revoke deferred grants again, and free the pages of those");
}
#endif
