/*
 * What a queue of waiting threads is. For structures that contain one; how to use it is in wait.h.
 */
#pragma once

#include <stardust/list_type.h>
#include <stardust/spinlock_type.h>

/** Those who wait come first who came first. All zero is an empty queue too. The lock of what contains it protects it. */
struct wait_queue {
    struct list waiters; /* struct waiter, on the waiting threads' stacks */
};
