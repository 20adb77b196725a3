/* The console while the domain is saved, and after: see stardust/console.h. */
#include <stardust/console.h>

#include <kernel/xen/console_parts.h>

#include <stardust/clock.h>
#include <stardust/start_info.h>

void console_suspend(void)
{
    console_drain(clock_monotonic() + NSEC_PER_SEC);
}

void console_resume(bool cancelled)
{
    if (!cancelled) {
        console_sink_resume(guest.console_mfn, guest.console_port);
        console_source_resume(guest.console_mfn, guest.console_port);
    }
}
