/*
 * What each vCPU keeps of the heap for itself: free objects of each size class, at hand without a lock. For
 * kernel/mm/slab.h and the structure that it lies in.
 */
#pragma once

#include <stardust/types.h>

#define HEAP_CLASSES 23

/**
 * A free object begins with this. The seal, made from the two addresses and a secret, tells that the object is free,
 * and that nobody has written to it since.
 */
struct heap_object {
    struct heap_object *next;
    uintptr_t seal;
};

/* Counts what still fits and not what is there, so that one comparison with zero tells that it is full. */
struct heap_list {
    struct heap_object *first;
    long
        room; /* objects that it can take yet; set anew whenever the list was empty and is filled */
};

/** Used by its own vCPU alone, inside critical sections. All zero at first. */
struct heap_cache {
    struct heap_list lists[HEAP_CLASSES];
};
