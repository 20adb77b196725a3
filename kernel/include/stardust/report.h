/*
 * The parts of which the report of a fault or a panic is made.
 */
#pragma once

#include <stardust/registers.h>

/**
 * Print what happened at `registers`, the registers, the call chain and for a page fault the walk; then crash.
 *
 * When nobody would see it, or when the fault happened inside another report, it returns instead, with the trap table
 * empty: the same fault happens again, and Xen crashes the domain and prints what it knows.
 */
void report_fault(const struct registers *registers);

/** Print the general registers. */
void report_registers(const struct registers *registers);

struct thread;

/** Print the place of an instruction. */
void report_place(uint64_t address);

/**
 * Print the callers of the function whose frame pointer is `rbp`, as far as there are frames on the stack of `t`
 * (NULL: the boot stack).
 */
void report_call_chain(const struct thread *t, uint64_t rbp);

/**
 * How a report is made with several vCPUs: `stop` stops the others before it begins and returns those that did not,
 * `report` prints what they did at its end. Context: boot.
 */
void report_set_others(cpu_mask_t (*stop)(void), void (*report)(void));

/** Says in words what is at `address`, into `text` of `size` bytes. Returns whether it knows. */
typedef bool address_describer(uint64_t address, char *text, size_t size);

/** Let reports ask `describer` about addresses outside of the image. Context: boot. */
void report_set_describer(address_describer *describer);

/** Print each level of the page tables for `address`, and what the outcome means. */
void report_walk(uint64_t address);
