/*
 * What a list is. For structures that contain one; how to use it is in list.h.
 */
#pragma once

#include <stardust/types.h>

/** The head of a list, or the link in a thing that is in one: then its neighbours, or NULL twice while it is in none. */
struct list {
    struct list *next, *previous;
};
