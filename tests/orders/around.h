/*
 * What is around the kernel's files under test: memory for the records of ports, and the way of upcalls.
 */
#pragma once

struct event_record;

/** The records of the ports that the code under test knows: see kernel/xen/event_table.h. */
extern struct event_record *as_built_event_records[];

void as_built_upcall_entry(void);

/** Ports, vCPUs and time as at first, nobody has bound a port, and events of `vcpus` vCPUs come by upcall_entry. */
void around_again(unsigned vcpus);
