/*
 * The parts of which several vCPUs are made: smp.c brings them up, smp_parts.c gets each of them ready.
 */
#pragma once

struct cpu;
struct vcpu_guest_context;

/**
 * The data of the vCPU `number`, complete, with an idle thread that runs there; nobody can see it yet. Upcalls are masked
 * until that vCPU is ready for them. Panics when there is no memory. Context: boot.
 */
struct cpu *smp_make_cpu(unsigned number);

/**
 * How a vCPU begins: in smp_begin, in kernel mode, on the stack of its idle thread, with the page table that is in use and its
 * own data at %gs. `context` is all zeroes before.
 */
void smp_fill_context(struct vcpu_guest_context *context, const struct cpu *cpu);

/** Let the vCPU `number` come up. Returns when Xen has been told; it gets ready by itself. Panics on errors. Context: boot. */
void smp_start_cpu(unsigned number);

/** A vCPU's first function. Context: its idle thread, upcalls masked. */
_Noreturn void smp_begin(void);

/** Let the scheduler use `count` vCPUs, and make the first one ready for that. Context: boot. */
void smp_init_first(unsigned count);

/** Say that this vCPU is online: from now on others give it threads. Context: smp_begin, once it is ready. */
void smp_announce(void);

/** Wait until the first `count` vCPUs are online. Panics when they are not within ten seconds. Context: boot. */
void smp_wait_until_online(unsigned count);

/** The domain was restored, and this vCPU, the first, is the only one: bind its ports anew. Context: upcalls masked. */
void smp_resume_first(void);

/** Make this vCPU ready: traps, upcalls, timers, preemption, and a port to be kicked by. Context: smp_begin. */
void smp_init_this(void);
