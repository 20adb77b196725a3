/*
 * A lock in a given state, and what must be so afterwards.
 */
#pragma once

#include "around.h"

#define HEADER "(stardust/spinlock_type.h)"

/** A lock whose tickets up to `owner` were served, and up to `next` handed out. */
static inline struct spinlock lock_at(uint16_t owner, uint16_t next)
{
    return (struct spinlock){.next = next, .owner = owner, .order = LOCK_WAIT};
}

/** "owner 5, next 7" */
const char *lock_words(const struct spinlock *lock);

/** Check that `lock` is as lock_at(owner, next) makes it. `where`: the function that was called. */
void lock_check_state(const struct spinlock *lock, uint16_t owner, uint16_t next, const char *did,
                      const char *usually, const void *where);
