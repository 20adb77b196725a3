/* The rules about the grant table, and about mapping what is granted. See rules.h and grants.h. */
#include "grants.h"

#include <xen/errno.h>

static xen_pfn_t frames[128];

static long query(domid_t domain, struct gnttab_query_size *size)
{
    long error;

    *size = (struct gnttab_query_size){.dom = domain};
    error = hypercall_grant_table_op(GNTTABOP_query_size, size, 1);
    return error != 0 ? error : size->status;
}

static long set_up(domid_t domain, unsigned count)
{
    struct gnttab_setup_table setup = {.dom = domain, .nr_frames = count};
    long error;

    set_xen_guest_handle(setup.frame_list, frames);
    error = hypercall_grant_table_op(GNTTABOP_setup_table, &setup, 1);
    return error != 0 ? error : setup.status;
}

volatile struct grant_entry_v1 *grants_row(uint16_t flags, domid_t domain, mfn_t frame)
{
    volatile struct grant_entry_v1 *row =
        (volatile struct grant_entry_v1 *)(void *)address(TABLE) + REF;

    set_up(DOMID_SELF, 1);
    set(TABLE, pagetable_entry(frames[0], ACCESS_WRITE));
    row->flags = 0;
    row->domid = domain;
    row->frame = (uint32_t)frame;
    row->flags = flags;
    return row;
}

void grants_end(void)
{
    grants_row(0, 0, 0);
    restore(TABLE);
    restore(PLACE);
}

static long size_known(void)
{
    struct gnttab_query_size size;

    return query(DOMID_SELF, &size);
}

static long size_most(void)
{
    struct gnttab_query_size size;

    return query(SELF, &size) == 0 ? (long)size.max_nr_frames : -1;
}

static long size_of_nobody(void)
{
    struct gnttab_query_size size;

    return query(NOBODY, &size);
}

static long size_of_two(void)
{
    struct gnttab_query_size sizes[2] = {{.dom = DOMID_SELF}, {.dom = DOMID_SELF}};

    return hypercall_grant_table_op(GNTTABOP_query_size, sizes, 2);
}

static long set_up_one(void)
{
    return set_up(DOMID_SELF, 1);
}

static long set_up_by_number(void)
{
    return set_up(SELF, 1);
}

static long set_up_too_many(void)
{
    return set_up(DOMID_SELF, 65);
}

static long set_up_of_nobody(void)
{
    return set_up(NOBODY, 1);
}

/* A smaller number than there are tells where these are, and takes nothing away. */
static long set_up_again(void)
{
    struct gnttab_query_size size;
    xen_pfn_t first;

    set_up(DOMID_SELF, 3);
    first = frames[0];
    frames[0] = 0;
    set_up(DOMID_SELF, 1);
    query(DOMID_SELF, &size);
    return frames[0] == first ? (long)size.nr_frames : -1;
}

static long set_up_from_nowhere(void)
{
    return hypercall_grant_table_op(GNTTABOP_setup_table, NOT_MAPPED, 1);
}

static long unknown_operation(void)
{
    return hypercall_grant_table_op(100, NULL, 0);
}

static long negative_count(void)
{
    return hypercall_grant_table_op(GNTTABOP_map_grant_ref, NULL, (unsigned)-1);
}

static long map_at(uintptr_t place, uint32_t flags, domid_t domain, grant_ref_t ref,
                   grant_handle_t *handle)
{
    struct gnttab_map_grant_ref map = {
        .host_addr = place, .flags = flags, .ref = ref, .dom = domain};
    long error = hypercall_grant_table_op(GNTTABOP_map_grant_ref, &map, 1);

    *handle = map.handle;
    return error != 0 ? error : map.status;
}

static long unmap_at(uintptr_t place, grant_handle_t handle)
{
    struct gnttab_unmap_grant_ref unmap = {.host_addr = place, .handle = handle};
    long error = hypercall_grant_table_op(GNTTABOP_unmap_grant_ref, &unmap, 1);

    return error != 0 ? error : unmap.status;
}

/* Have row REF as it is told, map it, and undo that. */
static long map_row(uint16_t row_flags, domid_t granted_to, mfn_t granted, uint32_t flags)
{
    grant_handle_t handle;
    long status;

    grants_row(row_flags, granted_to, granted);
    status = map_at(address(PLACE), flags, SELF, REF, &handle);
    if (status == GNTST_okay) {
        unmap_at(address(PLACE), handle);
    }
    grants_end();
    return status;
}

static long map_granted(void)
{
    return map_row(GTF_permit_access, SELF, frame(ONE), GNTMAP_host_map);
}

static long map_to_read(void)
{
    return map_row(GTF_permit_access | GTF_readonly, SELF, frame(ONE),
                   GNTMAP_host_map | GNTMAP_readonly);
}

static long map_read_only_to_write(void)
{
    return map_row(GTF_permit_access | GTF_readonly, SELF, frame(ONE), GNTMAP_host_map);
}

static long map_not_granted(void)
{
    return map_row(0, SELF, frame(ONE), GNTMAP_host_map);
}

static long map_granted_to_another(void)
{
    return map_row(GTF_permit_access, 1, frame(ONE), GNTMAP_host_map);
}

static long map_nowhere(void)
{
    return map_row(GTF_permit_access, SELF, frame(ONE), 0);
}

static long map_page_table(void)
{
    return map_row(GTF_permit_access, SELF, table_above(ONE, 1), GNTMAP_host_map);
}

static long map_page_table_to_read(void)
{
    return map_row(GTF_permit_access, SELF, table_above(ONE, 1), GNTMAP_host_map | GNTMAP_readonly);
}

static long map_beyond(void)
{
    grant_handle_t handle;

    return map_at(address(PLACE), GNTMAP_host_map, SELF, BEYOND, &handle);
}

static long map_of_nobody(void)
{
    grant_handle_t handle;

    return map_at(address(PLACE), GNTMAP_host_map, NOBODY, REF, &handle);
}

static long grant_without_table(void)
{
    grant_handle_t handle;
    long status;

    grants_row(GTF_permit_access, SELF, frame(ONE));
    status = map_at(REGIONS_END, GNTMAP_host_map, SELF, REF, &handle);
    grants_end();
    return status;
}

/* What Xen writes into the row while the page is mapped. */
static long flags_while(uint32_t flags)
{
    volatile struct grant_entry_v1 *row = grants_row(GTF_permit_access, SELF, frame(ONE));
    grant_handle_t handle;
    long seen;

    map_at(address(PLACE), flags, SELF, REF, &handle);
    seen = row->flags;
    unmap_at(address(PLACE), handle);
    grants_end();
    return seen;
}

static long flags_while_written(void)
{
    return flags_while(GNTMAP_host_map);
}

static long flags_while_read(void)
{
    return flags_while(GNTMAP_host_map | GNTMAP_readonly);
}

static long flags_afterwards(void)
{
    volatile struct grant_entry_v1 *row = grants_row(GTF_permit_access, SELF, frame(ONE));
    grant_handle_t handle;
    long seen;

    map_at(address(PLACE), GNTMAP_host_map, SELF, REF, &handle);
    unmap_at(address(PLACE), handle);
    seen = row->flags;
    grants_end();
    return seen;
}

/* Twice, for both kinds of use; the row's bits stay until the last one goes. */
static long flags_of_two(void)
{
    volatile struct grant_entry_v1 *row = grants_row(GTF_permit_access, SELF, frame(ONE));
    grant_handle_t handle, other;
    long seen;

    map_at(address(PLACE), GNTMAP_host_map, SELF, REF, &handle);
    map_at(address(OTHER), GNTMAP_host_map | GNTMAP_readonly, SELF, REF, &other);
    unmap_at(address(PLACE), handle);
    seen = row->flags;
    unmap_at(address(OTHER), other);
    restore(OTHER);
    grants_end();
    return seen;
}

static long entry_afterwards(void)
{
    grant_handle_t handle;
    long entry;

    grants_row(GTF_permit_access, SELF, frame(ONE));
    map_at(address(PLACE), GNTMAP_host_map, SELF, REF, &handle);
    unmap_at(address(PLACE), handle);
    entry = (long)memory_walk(address(PLACE)).entries[1];
    grants_end();
    return entry;
}

static long unmap_twice(void)
{
    grant_handle_t handle;
    long status;

    grants_row(GTF_permit_access, SELF, frame(ONE));
    map_at(address(PLACE), GNTMAP_host_map, SELF, REF, &handle);
    unmap_at(address(PLACE), handle);
    status = unmap_at(address(PLACE), handle);
    grants_end();
    return status;
}

static long unmap_unknown(void)
{
    return unmap_at(address(PLACE), BEYOND);
}

static long see_what_is_granted(void)
{
    volatile long *here = rules_page(ONE), *there = rules_page(PLACE);
    grant_handle_t handle;
    long seen;

    grants_row(GTF_permit_access, SELF, frame(ONE));
    map_at(address(PLACE), GNTMAP_host_map, SELF, REF, &handle);
    *there = 4711;
    seen = *here;
    unmap_at(address(PLACE), handle);
    grants_end();
    return seen;
}

const struct rule grant_rules[] = {
    {"size_known", size_known, GNTST_okay},
    {"size_most", size_most, 64},
    {"size_of_nobody", size_of_nobody, GNTST_bad_domain},
    {"size_of_two", size_of_two, -XEN_EINVAL},
    {"set_up_one", set_up_one, GNTST_okay},
    {"set_up_by_number", set_up_by_number, GNTST_okay},
    {"set_up_too_many", set_up_too_many, GNTST_general_error},
    {"set_up_of_nobody", set_up_of_nobody, GNTST_bad_domain},
    {"set_up_again", set_up_again, 3},
    {"set_up_from_nowhere", set_up_from_nowhere, -XEN_EFAULT},
    {"unknown_operation", unknown_operation, -XEN_ENOSYS},
    {"negative_count", negative_count, -XEN_EINVAL},
    {"map_granted", map_granted, GNTST_okay},
    {"map_to_read", map_to_read, GNTST_okay},
    {"map_read_only_to_write", map_read_only_to_write, GNTST_general_error},
    {"map_not_granted", map_not_granted, GNTST_general_error},
    {"map_granted_to_another", map_granted_to_another, GNTST_general_error},
    {"map_nowhere", map_nowhere, GNTST_bad_gntref},
    {"map_page_table", map_page_table, GNTST_general_error},
    {"map_page_table_to_read", map_page_table_to_read, GNTST_okay},
    {"map_beyond", map_beyond, GNTST_bad_gntref},
    {"map_of_nobody", map_of_nobody, GNTST_bad_domain},
    {"grant_without_table", grant_without_table, GNTST_general_error},
    {"flags_while_written", flags_while_written, GTF_permit_access | GTF_reading | GTF_writing},
    {"flags_while_read", flags_while_read, GTF_permit_access | GTF_reading},
    {"flags_afterwards", flags_afterwards, GTF_permit_access},
    {"flags_of_two", flags_of_two, GTF_permit_access | GTF_reading},
    {"entry_afterwards", entry_afterwards, 0},
    {"unmap_twice", unmap_twice, GNTST_bad_handle},
    {"unmap_unknown", unmap_unknown, GNTST_bad_handle},
    {"see_what_is_granted", see_what_is_granted, 4711},
    {0},
};
