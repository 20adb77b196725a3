/*
 * The parts of which several vCPUs are made: smp.c brings them up, smp_parts.c gets each of them ready.
 */
#pragma once

/** A vCPU's first function. Context: its idle thread, upcalls masked. */
_Noreturn void smp_begin(void);

/** Let the scheduler use `count` vCPUs, and make the first one ready for that. Context: boot. */
void smp_init_first(unsigned count);

/** Say that this vCPU is online: from now on others give it threads. Context: smp_begin, once it is ready. */
void smp_announce(void);

/** Wait until the first `count` vCPUs are online. Panics when they are not within ten seconds. Context: boot. */
void smp_wait_until_online(unsigned count);

/** Make this vCPU ready: traps, upcalls, timers, preemption, and a port to be kicked by. Context: smp_begin. */
void smp_init_this(void);
