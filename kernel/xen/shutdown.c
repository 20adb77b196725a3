/* How a domain ends: see stardust/shutdown.h. */
#include <stardust/shutdown.h>

#include <stardust/clock.h>
#include <stardust/console.h>
#include <stardust/hypercall.h>
#include <stardust/start_info.h>

static _Noreturn void shut_down(unsigned reason, nsec_t patience)
{
    struct sched_shutdown shutdown = {.reason = reason};

    console_drain(clock_monotonic() + patience);
    for (;;) {
        hypercall_sched_op(SCHEDOP_shutdown, &shutdown);
    }
}

static bool reboot;

void shutdown_as_reboot(void)
{
    reboot = true;
}

void shutdown_normal(void)
{
    shut_down(guest.first_domain || reboot ? SHUTDOWN_reboot : SHUTDOWN_poweroff,
              10 * NSEC_PER_SEC);
}

void shutdown_crash(void)
{
    shut_down(SHUTDOWN_crash, NSEC_PER_SEC);
}
