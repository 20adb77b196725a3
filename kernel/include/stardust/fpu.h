/*
 * Floating-point and vector registers. The kernel itself does not use them (-mgeneral-regs-only), applications do.
 *
 * A thread that gives way by calling something has saved what it still wants of them, as at any call; only how they are set
 * up is kept then (switch.S). One that is preempted is in the middle of anything: all of them are kept, here. Xen starts us
 * with x87 and SSE alone; AVX is enabled where there is one. Nothing beyond it is: its instructions trap, so that there is
 * nothing more to keep. Document: Intel SDM volume 1, 10.5 (FXSAVE), 13.3 (XCR0), 14.3 (AVX).
 */
#pragma once

#include <stardust/types.h>

#define FPU_ALIGNMENT 64

#define FPU_MXCSR_START   0x1f80 /* all exceptions masked, round to nearest */
#define FPU_CONTROL_START 0x037f /* the same for the x87 unit, 64-bit precision */

/** Let this vCPU's threads use them, and %fs by instructions. Context: boot of each vCPU. */
void fpu_init(void);

/** Whether threads may use AVX. Context: after fpu_init. */
bool fpu_has_avx(void);

/** The bytes that fpu_save writes. Context: after fpu_init. */
size_t fpu_size(void);

/** Keep this vCPU's registers at `area`, aligned to FPU_ALIGNMENT; leave the x87 unit and the upper halves of AVX empty. */
void fpu_save(void *area);

/** Load what fpu_save kept. */
void fpu_restore(const void *area);

/** Set the base of %fs, a thread's own data. Context: upcalls masked. */
void fpu_set_thread_pointer(uintptr_t base);
