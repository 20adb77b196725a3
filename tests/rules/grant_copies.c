/* The rules about having Xen copy from and to what is granted. See rules.h and grants.h. */
#include "grants.h"

#include <xen/errno.h>

/* From page OTHER to row REF, or the other way round. */
static struct gnttab_copy copy_of(bool to_row)
{
    struct gnttab_copy_ptr row = {.u.ref = REF, .domid = SELF};
    struct gnttab_copy_ptr ours = {.u.gmfn = frame(OTHER), .domid = DOMID_SELF};

    return (struct gnttab_copy){.source = to_row ? ours : row,
                                .dest = to_row ? row : ours,
                                .len = 100,
                                .flags = to_row ? GNTCOPY_dest_gref : GNTCOPY_source_gref};
}

static long copy(struct gnttab_copy copy, uint16_t flags)
{
    long error;

    grants_row(flags, SELF, frame(ONE));
    error = hypercall_grant_table_op(GNTTABOP_copy, &copy, 1);
    grants_end();
    return error != 0 ? error : copy.status;
}

static long copy_to(void)
{
    return copy(copy_of(true), GTF_permit_access);
}

static long copy_from(void)
{
    return copy(copy_of(false), GTF_permit_access | GTF_readonly);
}

static long copy_to_read_only(void)
{
    return copy(copy_of(true), GTF_permit_access | GTF_readonly);
}

static long copy_not_granted(void)
{
    return copy(copy_of(false), 0);
}

static long copy_over_the_end(void)
{
    struct gnttab_copy over = copy_of(false);

    over.source.offset = PAGE_SIZE - 99;
    return copy(over, GTF_permit_access);
}

static long copy_to_the_end(void)
{
    struct gnttab_copy last = copy_of(false);

    last.source.offset = PAGE_SIZE - 100;
    return copy(last, GTF_permit_access);
}

static long copy_over_our_end(void)
{
    struct gnttab_copy over = copy_of(false);

    over.dest.offset = PAGE_SIZE - 99;
    return copy(over, GTF_permit_access);
}

static long copy_to_foreign(void)
{
    struct gnttab_copy to = copy_of(false);

    to.dest.u.gmfn = foreign();
    return copy(to, GTF_permit_access);
}

static long copy_beyond(void)
{
    struct gnttab_copy beyond = copy_of(false);

    beyond.source.u.ref = BEYOND;
    return copy(beyond, GTF_permit_access);
}

static long copy_of_nobody(void)
{
    struct gnttab_copy nobody = copy_of(false);

    nobody.source.domid = NOBODY;
    return copy(nobody, GTF_permit_access);
}

static long copied(void)
{
    volatile long *here = rules_page(ONE), *there = rules_page(OTHER);

    *there = 0;
    *here = 815;
    copy(copy_of(false), GTF_permit_access);
    return *there;
}

const struct rule grant_copy_rules[] = {
    {"copy_to", copy_to, GNTST_okay},
    {"copy_from", copy_from, GNTST_okay},
    {"copy_to_read_only", copy_to_read_only, GNTST_general_error},
    {"copy_not_granted", copy_not_granted, GNTST_general_error},
    {"copy_over_the_end", copy_over_the_end, GNTST_bad_copy_arg},
    {"copy_to_the_end", copy_to_the_end, GNTST_okay},
    {"copy_over_our_end", copy_over_our_end, GNTST_bad_copy_arg},
    {"copy_to_foreign", copy_to_foreign, GNTST_bad_page},
    {"copy_beyond", copy_beyond, GNTST_bad_gntref},
    {"copy_of_nobody", copy_of_nobody, GNTST_bad_domain},
    {"copied", copied, 815},
    {0},
};
