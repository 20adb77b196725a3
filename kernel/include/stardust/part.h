/*
 * Parts: what is in an image only when something in it uses it.
 *
 * The kernel is an archive, from which the linker takes the object files that are needed. start.c and those who call every part
 * on some occasion would need them all; so their functions for that are declared OPTIONAL, which brings nothing in, and called
 * by CALL_PART. What an application calls is declared as always, and is in the same object file, or needs it.
 */
#pragma once

/** Behind the declaration of a function that may be missing: its address is NULL then. */
#define OPTIONAL __attribute__((weak))

/** Call `function`, which returns nothing, with the arguments that follow, if the image has it. */
#define CALL_PART(function, ...)                                                                   \
    do {                                                                                           \
        if ((function) != NULL) {                                                                  \
            (function)(__VA_ARGS__);                                                               \
        }                                                                                          \
    } while (0)
