/*
 * What explore_point.S and the explorer share.
 */
#pragma once

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

#define CONTEXT_WORDS 18 /* general registers, %rip and flags, in the order of signal.h */
#define POINT_LENGTH  5  /* bytes of a call of explore_point */
#define RING_SIZE     4096

/* The registers of the vCPU that runs, at a point, and what it shall go on with. */
extern greg_t explore_context[CONTEXT_WORDS];

/* The places of the latest steps: each the address behind the call of explore_point, with explore_tag. */
extern uint64_t explore_ring[RING_SIZE];
extern uint32_t explore_ring_next;
extern uint64_t explore_tag; /* the vCPU's number, from bit 32 on */

/* As in the ring: whenever this is the place, explore_act is called. */
extern uint64_t explore_held_place;

extern int explore_countdown; /* steps until explore_act is called; below 0: now */
extern int explore_weight;    /* steps that an instruction by which vCPUs meet counts for */
extern bool explore_returned; /* the vCPU's function has returned */

/** Change explore_context to what shall go on. Called at points, and by explore_enter. */
void explore_act(void);

/** Leave the code that calls this until explore_act has put its context back. */
void explore_enter(void);

/** Where a vCPU begins: its function is in %rbx, the argument in %r12. */
void explore_begin(void);
