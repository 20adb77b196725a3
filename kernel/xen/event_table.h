/*
 * Who handles which port: what event_bind.c writes and event.c reads.
 */
#pragma once

#include <stardust/event.h>

#include <xen/xen.h>

#include <xen/event_channel.h>

struct event_record {
    /* NULL: nobody. Never NULL while the port is in `mine` of a vCPU that has its mark set. The lock of event_bind.c. */
    event_handler *handler;
    void *context;
    unsigned cpu;   /* the vCPU on which it is handled */
    uint8_t status; /* EVTCHNSTAT_*: what kind of channel it is */
    uint64_t count; /* how often the handler was called; only that vCPU writes it */
};

/** The records of the ports of each word, allocated when one of them is first bound; NULL until then. */
extern struct event_record *event_records[EVENT_WORDS];

/** The record of `port`, or NULL. */
static inline struct event_record *event_record(evtchn_t port)
{
    struct event_record *word = port < EVENT_PORTS ? event_records[port / EVENT_WORD_BITS] : NULL;

    return word != NULL ? &word[port % EVENT_WORD_BITS] : NULL;
}
