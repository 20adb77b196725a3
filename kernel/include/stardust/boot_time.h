/*
 * When this kernel began.
 */
#pragma once

#include <stdint.h>

/** The time-stamp counter at the kernel's first instruction. */
extern uint64_t boot_tsc;
