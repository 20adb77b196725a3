/*
 * The stack protector: the compiler stores a secret behind each buffer on the stack, and checks it before the function
 * returns.
 */
#pragma once

#include <stdint.h>

/** The secret, by the name that the compiler uses. */
extern uintptr_t __stack_chk_guard;

/** Choose the secret. Context: boot; no function that is checked may be under way. */
void stack_protector_init(void);
