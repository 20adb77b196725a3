/*
 * The way from a `syscall` instruction of the code under test into the model.
 *
 * The code under test is in the section kernel_text. A seccomp filter turns each system call made from there into the
 * signal SIGSYS; its handler reads the registers, does the hypercall, and leaves the registers as the hypervisor might:
 * the answer in rax, and nothing of the arguments. Everything else of the program makes its system calls as ever.
 */
#pragma once

#include <stdbool.h>

/** Begin to catch. There is no way back in this process. Returns 0, or -errno when this machine does not allow it. */
int entry_catch(void);

/** Call `function` until it returns or shuts the domain down. Returns whether it did the latter. */
bool entry_until_shutdown(void (*function)(void));
