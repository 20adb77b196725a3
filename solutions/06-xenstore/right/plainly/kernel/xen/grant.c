/* Granting pages and taking them back, written plainly: lists that are walked, and no helper that a loop can do without. */
#include <kernel/xen/grant_table.h>

#include <stardust/frames.h>
#include <stardust/hypercall.h>
#include <stardust/lab.h>
#include <stardust/memory.h>
#include <stardust/panic.h>
#include <stardust/start_info.h>

#include <xen/errno.h>

#define IN_USE (GTF_reading | GTF_writing)

int grant_table_grow(void)
{
    struct grant_statistics *s = &grant_table.statistics;
    struct gnttab_setup_table ask = {.dom = DOMID_SELF, .nr_frames = s->frames + 1};
    grant_t first = s->frames * GRANTS_PER_FRAME, last = first + GRANTS_PER_FRAME - 1;
    int error;

    if (s->frames >= s->frames_max) {
        return -XEN_ENOSPC;
    }
    set_xen_guest_handle(ask.frame_list, grant_table.frame_list);
    if (hypercall_grant_table_op(GNTTABOP_setup_table, &ask, 1) != 0 || ask.status != GNTST_okay) {
        return -XEN_ENOMEM;
    }
    error = grant_table_place(s->frames, grant_table.frame_list[s->frames]);
    if (error != 0) {
        return error;
    }
    if (first == 0) {
        first = GNTTAB_NR_RESERVED_ENTRIES;
    }
    for (grant_t grant = first; grant <= last; grant++) {
        grant_table.records[grant] = (struct grant_record){.use = GRANT_FREE, .next = grant + 1};
    }
    grant_table.records[last].next = grant_table.first_free;
    grant_table.first_free = first;
    s->frames++;
    return 0;
}

int grant_access(domid_t domain, pfn_t pfn, bool read_only, grant_t *grant)
{
    critical_t state;
    int error = 0;

    if (pfn >= guest.pages) {
        return -XEN_EINVAL;
    }
    if (guest.p2m[pfn] >> 32 != 0) {
        return -XEN_ERANGE;
    }
    state = spin_lock_irqsave(&grant_table.lock);
    if (grant_table.first_free == 0) {
        error = grant_table_grow();
    }
    if (error == 0) {
        grant_t chosen = grant_table.first_free;
        volatile struct grant_entry_v1 *row = &grant_table.rows[chosen];

        grant_table.first_free = grant_table.records[chosen].next;
        grant_table.records[chosen].next = 0;
        grant_table.records[chosen].use = GRANT_GIVEN;
        grant_table.records[chosen].page = (uint32_t)pfn;
        grant_table.statistics.given++;
        row->frame = (uint32_t)guest.p2m[pfn];
        row->domid = domain;
        __asm__ volatile("" ::: "memory");
        row->flags = read_only ? GTF_permit_access | GTF_readonly : GTF_permit_access;
        *grant = chosen;
    }
    spin_unlock_irqrestore(&grant_table.lock, state);
    return error;
}

/* Returns whether the row allows nothing any more; then its reference is free. Context: grant_table.lock. */
static bool end_grant(grant_t grant)
{
    uint16_t *flags = &grant_table.rows[grant].flags;

    for (;;) {
        uint16_t before = *(volatile uint16_t *)flags;

        if (before & IN_USE) {
            return false;
        }
        if (__sync_bool_compare_and_swap(flags, before, 0)) {
            break;
        }
    }
    grant_table.records[grant].use = GRANT_FREE;
    grant_table.records[grant].next = grant_table.first_free;
    grant_table.first_free = grant;
    grant_table.statistics.given--;
    return true;
}

int grant_revoke(grant_t grant)
{
    critical_t state = spin_lock_irqsave(&grant_table.lock);
    int error = 0;

    if (grant >= grant_table.statistics.frames * GRANTS_PER_FRAME ||
        grant_table.records[grant].use != GRANT_GIVEN) {
        panic("grant_revoke: nobody has the reference %u", grant);
    }
    if (!end_grant(grant)) {
        grant_table.statistics.busy++;
        error = -XEN_EBUSY;
    }
    spin_unlock_irqrestore(&grant_table.lock, state);
    return error;
}

/* Context: grant_table.lock. */
static void append_deferred(grant_t grant)
{
    grant_t end = grant_table.first_deferred;

    grant_table.records[grant].use = GRANT_DEFERRED;
    grant_table.records[grant].next = 0;
    while (end != 0 && grant_table.records[end].next != 0) {
        end = grant_table.records[end].next;
    }
    if (end == 0) {
        grant_table.first_deferred = grant;
    } else {
        grant_table.records[end].next = grant;
    }
    grant_table.last_deferred = grant;
}

void grant_revoke_page(grant_t grant, void *page)
{
    if (grant_revoke(grant) != 0) {
        critical_t state = spin_lock_irqsave(&grant_table.lock);

        append_deferred(grant);
        grant_table.statistics.deferred++;
        spin_unlock_irqrestore(&grant_table.lock, state);
        grant_table_retry_later();
    } else {
        page_free(page);
    }
}

unsigned grants_retry(unsigned most)
{
    critical_t state = spin_lock_irqsave(&grant_table.lock);
    unsigned all = grant_table.statistics.deferred, left;

    for (unsigned i = 0; i < most && i < all; i++) {
        grant_t grant = grant_table.first_deferred;
        pfn_t page = grant_table.records[grant].page;

        grant_table.first_deferred = grant_table.records[grant].next;
        if (end_grant(grant)) {
            grant_table.statistics.deferred--;
            grant_table.statistics.late++;
            page_free(pfn_to_virtual(page));
        } else {
            append_deferred(grant);
        }
    }
    left = grant_table.statistics.deferred;
    spin_unlock_irqrestore(&grant_table.lock, state);
    return left;
}
