/* grant_table_op: which operation is which. See grant.h. */
#include "operations.h"

#include "grant_table.h"

#include <xen/errno.h>

static const struct {
    long (*one)(uint64_t operation); /* the operation at this address of the guest */
    size_t size;
    bool single; /* one at a time */
} operations[] = {
    [GNTTABOP_map_grant_ref] = {grant_map_ref, sizeof(struct gnttab_map_grant_ref), false},
    [GNTTABOP_unmap_grant_ref] = {grant_unmap_ref, sizeof(struct gnttab_unmap_grant_ref), false},
    [GNTTABOP_setup_table] = {grant_setup_table, sizeof(struct gnttab_setup_table), true},
    [GNTTABOP_copy] = {grant_copy, sizeof(struct gnttab_copy), false},
    [GNTTABOP_query_size] = {grant_query_size, sizeof(struct gnttab_query_size), true},
};

long fakexen_grant_table_op(const uint64_t arguments[5])
{
    uint32_t command = (uint32_t)arguments[0], count = (uint32_t)arguments[2];
    long error = 0;

    if ((int32_t)count < 0) {
        return -XEN_EINVAL;
    }
    if (command >= ARRAY_LENGTH(operations) || operations[command].one == NULL) {
        return -XEN_ENOSYS;
    }
    if (operations[command].single && count != 1) {
        return -XEN_EINVAL;
    }
    for (uint32_t i = 0; i < count && error == 0; i++) {
        error = operations[command].one(arguments[1] + i * operations[command].size);
    }
    return error;
}
