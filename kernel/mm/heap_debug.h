/*
 * The debug build's heap (make DEBUG=1): a block inside a block. In front of the bytes that the caller gets stand this
 * record and a red zone, behind them another red zone.
 */
#pragma once

#include <stardust/heap.h>
#include <stardust/types.h>

#define DEBUG_CALLERS  3    /* return addresses that are kept, innermost first */
#define DEBUG_RED_ZONE 32   /* bytes before and behind a block, */
#define DEBUG_RED_BYTE 0xbd /* and what they hold */
#define DEBUG_NEW_BYTE 0xa5 /* what a new block is filled with, */
#define DEBUG_OLD_BYTE 0x5a /* and a freed one */

enum debug_state { DEBUG_IN_USE = 0x1e55, DEBUG_FREED = 0xdead };

struct debug_block {
    struct debug_block *next; /* in its bucket; heap_lock, as all below */
    void *base;               /* what the block allocator returned */
    size_t size;              /* as asked for */
    uintptr_t
        state; /* enum debug_state, xor our own address: shows whether the record was overwritten */
    uintptr_t allocated_by[DEBUG_CALLERS];
    uintptr_t freed_by[DEBUG_CALLERS];
    uint8_t red_zone[DEBUG_RED_ZONE];
    uint8_t bytes[]; /* the caller's, then the other red zone */
};

_Static_assert(sizeof(struct debug_block) % HEAP_ALIGNMENT == 0, "bytes[] would not be aligned");

/** Whether the record of `block` says that it is in `state`. */
static inline bool debug_is(const struct debug_block *block, enum debug_state state)
{
    return block->state == ((uintptr_t)block ^ (uintptr_t)state);
}

/** Write down the callers of the function whose frame address is `frame`. */
void debug_callers(uintptr_t callers[DEBUG_CALLERS], const void *frame);

/** Panic with a report when anybody wrote to the red zones of `block`, or to it after it was freed. */
void debug_check(const struct debug_block *block);

/** Panic: `memory` is the beginning of no block; it may lie in `block`, if that is not NULL. */
_Noreturn void debug_refuse_unknown(const void *memory, const struct debug_block *block);

/** Panic: `block` is to be freed, and is free. */
_Noreturn void debug_refuse_freed(const struct debug_block *block);
