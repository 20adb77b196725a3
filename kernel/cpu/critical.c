/* The rare end of a critical section: see stardust/critical.h. */
#include <stardust/critical.h>

#include <stardust/hypercall.h>

void critical_deliver(void)
{
    hypercall_xen_version(XENVER_version, NULL);
}
