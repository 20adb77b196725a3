/* GNTTABOP_copy: see grant_table.h. */
#include "grant_table.h"

#include <string.h>

#include <stardust/layout.h>

#include "guest.h"

/* One end of a copy. */
struct end {
    const struct gnttab_copy_ptr *where;
    bool granted, write;
    mfn_t frame;
};

static int16_t use_end(struct end *end)
{
    domid_t domain = end->where->domid == DOMID_SELF ? grant_guest() : end->where->domid;

    if (end->granted) {
        return grant_use(domain, end->where->u.ref, grant_guest(), end->write, &end->frame);
    }
    if (domain != grant_guest()) {
        return GNTST_permission_denied;
    }
    end->frame = end->where->u.gmfn;
    return machine_frame_is_ours(end->frame) ? GNTST_okay : GNTST_bad_page;
}

static void unuse_end(const struct end *end)
{
    if (end->granted) {
        grant_unuse(end->where->domid == DOMID_SELF ? grant_guest() : end->where->domid,
                    end->where->u.ref, end->write);
    }
}

static int16_t copy(const struct gnttab_copy *op)
{
    struct end from = {.where = &op->source, .granted = (op->flags & GNTCOPY_source_gref) != 0};
    struct end to = {
        .where = &op->dest, .granted = (op->flags & GNTCOPY_dest_gref) != 0, .write = true};
    int16_t status;

    if (op->source.offset + op->len > PAGE_SIZE || op->dest.offset + op->len > PAGE_SIZE) {
        return GNTST_bad_copy_arg;
    }
    status = use_end(&from);
    if (status != GNTST_okay) {
        return status;
    }
    status = use_end(&to);
    if (status == GNTST_okay) {
        memmove((char *)machine_page(to.frame) + op->dest.offset,
                (char *)machine_page(from.frame) + op->source.offset, op->len);
        unuse_end(&to);
    }
    unuse_end(&from);
    return status;
}

long grant_copy(uint64_t operation)
{
    struct gnttab_copy op;
    long error = guest_read(&op, operation, sizeof op);

    if (error != 0) {
        return error;
    }
    op.status = copy(&op);
    return guest_write(operation, &op, sizeof op);
}
