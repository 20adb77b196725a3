/*
 * Where assembly finds fields of struct cpu, from %gs on. cpu.c asserts that they are there.
 */
#pragma once

#define CPU_UPCALL_PENDING 64 /* info.evtchn_upcall_pending */
#define CPU_UPCALL_MASK    65 /* info.evtchn_upcall_mask */
