/*
 * Thread-local variables (__thread): each thread's own copy of them, which compiled code finds by %fs.
 *
 * A copy ends where %fs points to, and there a word points to itself: that is how code gets the address of a variable.
 * Document: "ELF Handling For Thread-Local Storage", variant II; System V ABI for x86-64.
 */
#pragma once

#include <stardust/types.h>

/** The bytes that a thread's copy takes; 0: the image has no such variables. */
size_t thread_local_space(void);

/** Make a thread's first copy at `place`, aligned to THREAD_LOCAL_ALIGNMENT. Returns the base that %fs is to have. */
uintptr_t thread_local_make(void *place);
