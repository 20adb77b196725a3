/*
 * What the thread "control" does when a node of xenstore has changed, or at the start: it looks what the node says now. In
 * files of their own.
 */
#pragma once

/** control/shutdown: ends, begins anew, or suspends this domain. */
void control_shutdown(void);

/** control/sysrq: a letter, for which something is printed or done. */
void control_sysrq(void);

/** cpu/N/availability: vCPUs go down, or come back. */
void control_vcpus(void);

/** memory/target: pages are given back to Xen, or asked for again. */
void control_balloon(void);

/** Read a short text from xenstore. Returns its length; 0 when there is none, or a longer one. */
unsigned control_read(const char *path, char *text, unsigned size);
