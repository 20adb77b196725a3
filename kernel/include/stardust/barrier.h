/*
 * Memory barriers for memory that somebody else looks at: Xen, a backend, another vCPU.
 *
 * x86 keeps stores in order among themselves and loads among themselves, so for these two it is enough to stop the
 * compiler. Only a store followed by a load of something else can be seen the other way round: that takes an instruction.
 * Document: Intel SDM volume 3, 8.2.
 */
#pragma once

/** Stores before it are seen before stores after it. */
static inline void barrier_write(void)
{
    __asm__ volatile("" ::: "memory");
}

/** Loads before it are done before loads after it. */
static inline void barrier_read(void)
{
    __asm__ volatile("" ::: "memory");
}

/** Everything before it is seen before anything after it is done. */
static inline void barrier_full(void)
{
    __asm__ volatile("mfence" ::: "memory");
}
