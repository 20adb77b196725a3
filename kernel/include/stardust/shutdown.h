/*
 * How a domain ends. Document: the public header xen/sched.h, SHUTDOWN_*.
 */
#pragma once

/**
 * End this domain with success, once the console's last line has been read (or ten seconds have passed).
 *
 * A guest powers off. The first domain asks for a reboot instead: Xen would halt the machine at its poweroff, and
 * whoever runs it would wait for ever. Context: any.
 */
_Noreturn void shutdown_normal(void);

/** Let shutdown_normal ask for the domain to be made anew. Context: any. */
void shutdown_as_reboot(void);

/** End this domain with the reason "crash", after the console's last line was read or a second has passed. */
_Noreturn void shutdown_crash(void);
