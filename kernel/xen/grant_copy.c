/* Having Xen copy from and to what other domains have granted: see stardust/grant_map.h. */
#include <stardust/grant_map.h>

#include <stardust/frames.h>
#include <stardust/hypercall.h>
#include <stardust/memory.h>
#include <stardust/pagetable.h>
#include <stardust/start_info.h>

#include <xen/errno.h>

/* One piece of a copy: our side of it lies in one page. */
struct piece {
    uintptr_t ours;
    domid_t domain;
    grant_t grant;
    uint16_t offset, length;
    bool to_us;
};

static int copy_piece(const struct piece *p)
{
    pfn_t pfn = pagetable_lookup(p->ours);
    struct gnttab_copy_ptr theirs = {.u.ref = p->grant, .domid = p->domain, .offset = p->offset};
    struct gnttab_copy_ptr ours = {.domid = DOMID_SELF, .offset = p->ours % PAGE_SIZE};
    struct gnttab_copy copy = {.len = p->length,
                               .flags = p->to_us ? GNTCOPY_source_gref : GNTCOPY_dest_gref};
    long error;

    if (pfn == FRAME_NONE) {
        return -XEN_EINVAL;
    }
    ours.u.gmfn = guest.p2m[pfn];
    copy.source = p->to_us ? theirs : ours;
    copy.dest = p->to_us ? ours : theirs;
    error = hypercall_grant_table_op(GNTTABOP_copy, &copy, 1);
    return error != 0 ? (int)error : grant_error(copy.status);
}

static int copy(struct piece piece, size_t offset, size_t length)
{
    int error = offset <= PAGE_SIZE && length <= PAGE_SIZE - offset ? 0 : -XEN_EINVAL;

    while (error == 0 && length > 0) {
        size_t left = PAGE_SIZE - piece.ours % PAGE_SIZE;

        piece.offset = (uint16_t)offset;
        piece.length = (uint16_t)(left < length ? left : length);
        error = copy_piece(&piece);
        piece.ours += piece.length;
        offset += piece.length;
        length -= piece.length;
    }
    return error;
}

int grant_copy_from(domid_t domain, grant_t grant, size_t offset, void *to, size_t length)
{
    return copy(
        (struct piece){.ours = (uintptr_t)to, .domain = domain, .grant = grant, .to_us = true},
        offset, length);
}

int grant_copy_to(domid_t domain, grant_t grant, size_t offset, const void *from, size_t length)
{
    return copy((struct piece){.ours = (uintptr_t)from, .domain = domain, .grant = grant}, offset,
                length);
}
