/* Mapping what is granted, by the guest and by the second domain: see grant.h and grant_table.h. */
#include "grant_table.h"

#include <string.h>

#include <stardust/memory.h>

#include "guest.h"
#include "mapping.h"
#include "tables.h"

#include <xen/errno.h>

enum { MAPPINGS = 4096 };

struct mapping {
    bool used;
    domid_t user, granter;
    grant_ref_t ref;
    bool write;
    mfn_t frame;
    uint64_t va; /* of the guest's; 0: the second domain's */
};

static struct mapping mappings[MAPPINGS];

void grant_map_start(void)
{
    memset(mappings, 0, sizeof mappings);
}

static grant_handle_t free_handle(void)
{
    grant_handle_t handle = 1;

    while (handle < MAPPINGS && mappings[handle].used) {
        handle++;
    }
    return handle;
}

static int16_t map(struct mapping wanted, grant_handle_t *handle)
{
    int16_t status = grant_delayed() ? GNTST_eagain : GNTST_okay;

    *handle = free_handle();
    if (status == GNTST_okay && *handle == MAPPINGS) {
        status = GNTST_no_space;
    }
    if (status == GNTST_okay) {
        status = grant_use(wanted.granter, wanted.ref, wanted.user, wanted.write, &wanted.frame);
    }
    if (status != GNTST_okay) {
        return status;
    }
    if (wanted.va != 0 &&
        mapping_of_grant(wanted.va, wanted.frame << PAGE_SHIFT | PTE_PRESENT | PTE_USER |
                                        PTE_ACCESSED | PTE_DIRTY | PTE_NO_EXECUTE |
                                        (wanted.write ? PTE_WRITABLE : 0)) != 0) {
        grant_unuse(wanted.granter, wanted.ref, wanted.write);
        return GNTST_general_error;
    }
    mappings[*handle] = wanted;
    return GNTST_okay;
}

static int16_t unmap(domid_t user, grant_handle_t handle, uint64_t va)
{
    struct mapping *m = handle < MAPPINGS ? &mappings[handle] : NULL;

    if (m == NULL || !m->used || m->user != user) {
        return GNTST_bad_handle;
    }
    if (m->va != 0 && (m->va != va || entry_frame(table_walk(va).entries[1]) != m->frame ||
                       mapping_of_grant(va, 0) != 0)) {
        return GNTST_general_error;
    }
    grant_unuse(m->granter, m->ref, m->write);
    m->used = false;
    return GNTST_okay;
}

long grant_map_ref(uint64_t operation)
{
    struct gnttab_map_grant_ref op;
    long error = guest_read(&op, operation, sizeof op);

    if (error != 0) {
        return error;
    }
    op.status = (op.flags & (GNTMAP_device_map | GNTMAP_host_map)) == 0
                    ? GNTST_bad_gntref
                    : map((struct mapping){.used = true,
                                           .user = grant_guest(),
                                           .granter = op.dom,
                                           .ref = op.ref,
                                           .write = (op.flags & GNTMAP_readonly) == 0,
                                           .va = op.host_addr},
                          &op.handle);
    return guest_write(operation, &op, sizeof op);
}

long grant_unmap_ref(uint64_t operation)
{
    struct gnttab_unmap_grant_ref op;
    long error = guest_read(&op, operation, sizeof op);

    if (error != 0) {
        return error;
    }
    op.status = unmap(grant_guest(), op.handle, op.host_addr);
    return guest_write(operation, &op, sizeof op);
}

int16_t peer_map(grant_ref_t ref, bool write, grant_handle_t *handle)
{
    return map((struct mapping){.used = true,
                                .user = FAKEXEN_PEER,
                                .granter = grant_guest(),
                                .ref = ref,
                                .write = write},
               handle);
}

int16_t peer_unmap(grant_handle_t handle)
{
    return unmap(FAKEXEN_PEER, handle, 0);
}

void *peer_page(grant_handle_t handle)
{
    return machine_page(mappings[handle].frame);
}
