/* Upcalls that call a C function of a test: see fakexen_upcalls_to. */
#include "fakexen.h"

#include <xen/callback.h>

void fakexen_upcall_entry(void);

/* upcall.S calls it. */
extern void (*fakexen_upcall_function)(void);
void (*fakexen_upcall_function)(void);

void fakexen_upcalls_to(void (*function)(void))
{
    fakexen_upcall_function = function;
    for (unsigned i = 0; i < FAKEXEN_VCPUS; i++) {
        fakexen.vcpus[i].callbacks[CALLBACKTYPE_event] = (uintptr_t)fakexen_upcall_entry;
    }
}
