/* Changing how many machine frames this domain has: see kernel/mm/reservation.h. */
#include <kernel/mm/reservation.h>

#include <stardust/hypercall.h>

#include <xen/memory.h>

/* Xen answers how many it did; a negative number is an error in the request itself. */
static size_t change(unsigned command, mfn_t *frames, size_t count)
{
    struct xen_memory_reservation reservation = {.nr_extents = count, .domid = DOMID_SELF};
    long done;

    set_xen_guest_handle(reservation.extent_start, frames);
    done = hypercall(__HYPERVISOR_memory_op, command, (unsigned long)&reservation, 0, 0, 0);
    return done > 0 ? (size_t)done : 0;
}

size_t reservation_decrease(mfn_t *mfns, size_t count)
{
    return count == 0 ? 0 : change(XENMEM_decrease_reservation, mfns, count);
}

size_t reservation_populate(mfn_t *frames, size_t count)
{
    return count == 0 ? 0 : change(XENMEM_populate_physmap, frames, count);
}
