/*
 * What each vCPU keeps of timers: see timer.h.
 */
#pragma once

#include <stardust/spinlock_type.h>
#include <stardust/types.h>

struct timer;

struct timer_queue {
    struct spinlock lock; /* protects the fields below, and those of the timers in it */
    struct timer *
        first; /* the root of a pairing heap: no timer has an earlier deadline; NULL: there is none */
    struct timer *running; /* the one whose function is being called; NULL: none */
    nsec_t programmed;     /* what Xen was asked for; NSEC_FOREVER: nothing */
    evtchn_t port;         /* of VIRQ_TIMER */
};
