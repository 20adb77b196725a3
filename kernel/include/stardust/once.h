/*
 * Doing something once: the first thread that asks for it does it, and the others wait until it is done.
 */
#pragma once

#include <stardust/mutex.h>

/** All zero is something that has not been done. */
struct once {
    bool done;          /* written with the mutex locked; atomic */
    struct mutex mutex; /* who holds it is doing it */
};

/**
 * Call `function`, unless that was done for `o` before. When this returns it has been done. A function that asks for itself
 * again ends in the mutex's panic. Context: thread, no spinlock held.
 */
void once_run(struct once *o, void (*function)(void));
