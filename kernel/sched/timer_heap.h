/*
 * A pairing heap of timers: the earliest is at its root; adding takes a constant time, removing any one the logarithm of
 * their number on average. The links are in the timers. The caller keeps others away.
 *
 * Document: Fredman, Sedgewick, Sleator, Tarjan: "The pairing heap: a new form of self-adjusting heap", 1986.
 */
#pragma once

#include <stardust/timer.h>

/** Add `t`, which is in no heap, to the heap `*root` (NULL: empty). */
void timer_heap_add(struct timer **root, struct timer *t);

/** Remove `t`, which is in the heap `*root`. */
void timer_heap_remove(struct timer **root, struct timer *t);
