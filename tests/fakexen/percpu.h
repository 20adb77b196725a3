/*
 * Per-CPU data for kernel files under test: they find it by %gs, which no program of the C library uses.
 */
#pragma once

struct cpu;

/** Fresh data of the vCPU `number`, whose upcalls are not masked. */
struct cpu *percpu_make(unsigned number);

/** Point %gs at `cpu`. */
void percpu_use(struct cpu *cpu);
