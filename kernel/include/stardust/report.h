/*
 * The parts of which the report of a fault or a panic is made.
 */
#pragma once

#include <stardust/registers.h>

/** Print what happened at `registers`, the registers, the call chain and for a page fault the walk; then crash. */
_Noreturn void report_fault(const struct registers *registers);

/** Print the general registers. */
void report_registers(const struct registers *registers);

/**
 * Print the functions that led to `rip`, by following the frame pointers from `rbp` on.
 *
 * `rsp`: the stack then, for code that was called at an address where there is none; 0: not known.
 */
void report_call_chain(uint64_t rip, uint64_t rsp, uint64_t rbp);

/** Print each level of the page tables for `address`, and what the outcome means. */
void report_walk(uint64_t address);

/**
 * Begin a report: say "*** ", and make sure that a fault inside the report ends in a crash at once rather than in a report
 * of its own.
 */
void report_begin(void);
