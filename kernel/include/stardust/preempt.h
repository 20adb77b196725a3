/*
 * Keeping this thread on its vCPU: a stretch of code in which no other thread runs here, and we do not move.
 *
 * Upcalls still come; see critical.h for keeping them away too, which keeps other threads away as well. Sections nest.
 * Whoever wants another thread to run here (a wake-up, a time slice that is over) only says so; the switch happens at the
 * end of the upcall or of the outermost section. Lower levels than events only count: nobody preempts there.
 */
#pragma once

#include <stardust/cpu.h>

/** Begin a section. Context: any. */
static inline void preempt_disable(void)
{
    __asm__ volatile("incl %%gs:%c0" : : "i"(offsetof(struct cpu, preemption)) : "memory", "cc");
}

/** End a section without a look at whether a switch is wanted. Context: as preempt_enable. */
static inline void preempt_enable_quietly(void)
{
    __asm__ volatile("decl %%gs:%c0" : : "i"(offsetof(struct cpu, preemption)) : "memory", "cc");
}

/** The same, for who has the switch itself. Returns whether the section was the outermost, and a switch is wanted. */
static inline bool preempt_enable_wanted(void)
{
    bool wanted;

    __asm__ volatile("decl %%gs:%c1"
                     : "=@ccz"(wanted)
                     : "i"(offsetof(struct cpu, preemption))
                     : "memory");
    return __builtin_expect(wanted, 0);
}

#ifdef HAVE_EVENTS

/**
 * The switch that preempt_enable found wanted: let the thread that should run now run. While upcalls are masked it only
 * sees to it that the switch happens as soon as they are not. Context: any, no section.
 */
void preempt_now(void);

/** End a section; when it was the outermost and a switch is wanted, it happens now. */
static inline void preempt_enable(void)
{
    if (preempt_enable_wanted()) {
        preempt_now();
    }
}

#else

static inline void preempt_enable(void)
{
    preempt_enable_quietly();
}

#endif

/** Say that this vCPU should look whether another thread ought to run. Context: any. */
static inline void preempt_want(void)
{
    __asm__ volatile("andl %0, %%gs:%c1"
                     :
                     : "i"(~PREEMPTION_CALM), "i"(offsetof(struct cpu, preemption))
                     : "memory", "cc");
}

/** Take that back: the look is being had. Context: upcalls masked. */
static inline void preempt_calm(void)
{
    __asm__ volatile("orl %0, %%gs:%c1"
                     :
                     : "i"(PREEMPTION_CALM), "i"(offsetof(struct cpu, preemption))
                     : "memory", "cc");
}

/** Whether we are in a section. Context: any. */
static inline bool preempt_disabled(void)
{
    bool disabled;

    __asm__ volatile("testl %1, %%gs:%c2"
                     : "=@ccnz"(disabled)
                     : "i"(~PREEMPTION_CALM), "i"(offsetof(struct cpu, preemption))
                     : "memory");
    return disabled;
}

/** How many sections we are in. Context: any. */
static inline unsigned preempt_depth(void)
{
    uint32_t word;

    __asm__ volatile("movl %%gs:%c1, %0" : "=r"(word) : "i"(offsetof(struct cpu, preemption)));
    return word & ~PREEMPTION_CALM;
}
