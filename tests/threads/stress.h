/*
 * The stress of threads, events, time and vCPUs: what its parts share. Each part runs for a short while, on all vCPUs, and says
 * what it found wrong; all that is random in it follows from the seed.
 */
#pragma once

#include <stardust/cpu.h>
#include <stardust/thread.h>
#include <stardust/types.h>

#include <tests/ktap/random.h>

#define PARTS(part)                                                                                \
    part(turns) part(balance) part(shares) part(driven) part(affinity) part(priority) part(pairs)  \
        part(limits) part(events) part(moves) part(unbind) part(registers) part(clock)             \
            part(timers) part(life) part(kept) part(calls) part(spinlocks) part(plug)              \
                part(console)

#define DECLARE(name) void test_##name(void);
PARTS(DECLARE)
#undef DECLARE

/** Say what is wrong, in one line; the part has failed. Context: any. */
void wrong(const char *format, ...) __attribute__((format(printf, 1, 2)));

/** Something has gone on: when nothing does for 20 seconds, the run ends with what every thread waits for. Context: any. */
void moved(void);

/** Whether the part is to go on. Context: any. */
bool time_left(void);

/** Let the part have its time once more. */
void time_again(void);

/** How many vCPUs there are, with those that are down for the moment; they are numbered from 0 on. */
unsigned vcpu_count(void);

/** The mask with this vCPU alone; with all of them. */
cpu_mask_t only(unsigned vcpu);
cpu_mask_t all_vcpus(void);

/** A sequence of random numbers, of each caller's own `number`. */
struct random randomness(unsigned number);

/** Make a thread that may run on `affinity`, or anywhere if those are down; no memory for it is an end of the run. */
struct thread *begin(cpu_mask_t affinity, void *(*entry)(void *), void *argument);

/** The same with a thread that goes before all that `begin` makes. */
struct thread *begin_first(cpu_mask_t affinity, void *(*entry)(void *), void *argument);

/** Join `count` threads. */
void end_all(struct thread **threads, unsigned count);

/** Pages that can be had, those that vCPUs keep among them; and after all memory of ended threads was given back. */
size_t pages_there(void);
size_t pages_free(void);

/** Whether so many pages are none lost: the heap may lie in some more of them than before; one lost stack is more than that. */
bool about_the_same(size_t before, size_t after);

/** Compute for about `times` hundred instructions. */
void compute(unsigned times);
