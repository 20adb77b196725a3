/* Asks Xen, which the first domain may, to do what the key "q" on its console does: every domain is sent VIRQ_DEBUG. */
#define __XEN_TOOLS__ /* for sysctl.h, which is not for guests */

#include <stardust/application.h>
#include <stardust/clock.h>
#include <stardust/hypercall.h>
#include <stardust/print.h>
#include <stardust/semaphore.h>
#include <stardust/thread.h>

#include <xen/sysctl.h>

const char application_name[] = "inspect-test";

static struct semaphore never = SEMAPHORE(0);

static void *sleeps(void *unused)
{
    semaphore_down(&never, NSEC_FOREVER);
    return unused;
}

static long press(char key)
{
    struct xen_sysctl call = {.cmd = XEN_SYSCTL_debug_keys,
                              .interface_version = XEN_SYSCTL_INTERFACE_VERSION,
                              .u.debug_keys.nr_keys = 1};

    set_xen_guest_handle(call.u.debug_keys.keys, &key);
    return hypercall(__HYPERVISOR_sysctl, (unsigned long)&call, 0, 0, 0, 0);
}

int application_run(const char *words)
{
    static const struct thread_options options = {.name = "sleeper"};
    long error = thread_create(NULL, &options, sleeps, NULL);

    (void)words;
    /* On vCPU 0, which handles the event: it has come when the hypercall returns. */
    error = error == 0 ? thread_set_affinity(thread_current(), 1) : error;
    thread_yield();
    error = error == 0 ? press('q') : error;
    if (error != 0) {
        print("the key could not be pressed: error %ld\n", error);
        return 1;
    }
    print("end of inspection\n");
    return 0;
}
