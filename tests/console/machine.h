/*
 * What the console's files find around them in these tests: a ring in a page of ours, its other end, a port, a clock, and
 * one thread, while which sleeps the other end acts.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include <stardust/types.h>

#include <xen/io/console.h>

struct machine {
    struct xencons_interface *ring;
    const char *typing; /* what the other end still wants to type */
    size_t typing_left; /* bytes of it */
    void (*while_asleep)(
        void); /* what happens when the thread sleeps; NULL: its time limit comes */
    void (*when_unmasked)(void); /* what happens right behind the next unmasking; NULL: nothing */
    bool woken;                  /* somebody has woken the thread */
    bool masked, pending;        /* the port's bits */
    unsigned handled;            /* calls of its handler */
    unsigned raised;             /* calls of event_raise */
    unsigned notified;           /* events that we sent */
    nsec_t now;
    char shown[1 << 15]; /* what the other end has read */
    size_t shown_length;
    size_t reads_at_once; /* bytes that it reads in each of our waits */
};

extern struct machine machine;

/** Begin anew: indices at `start`, nothing typed, the console attached and connected. */
void machine_begin(uint32_t start);

/** Another domain goes on with a copy of the ring, in another place: nobody handles its port, which is masked. */
void machine_restore(void);

/** The other end puts what it wants to type into the ring, as far as it fits, and sends an event, if there was any. */
void machine_type(void);

/** What machine_type types from now on. */
void machine_wants_to_type(const char *bytes, size_t length);

/** An event comes from the other end. */
void machine_event(void);

/** The other end reads up to `most` bytes. */
void machine_read(size_t most);
