/*
 * What each vCPU keeps of event channels: which ports it handles, and how much it has done. For event.h and struct cpu.
 */
#pragma once

#include <stardust/types.h>

#define EVENT_PORTS                                                                                \
    4096 /* of the two-level ABI, on 64 bits. Document: the public header xen/event_channel.h */
#define EVENT_WORD_BITS 64
#define EVENT_WORDS     (EVENT_PORTS / EVENT_WORD_BITS)

struct event_ports {
    uint64_t mine
        [EVENT_WORDS]; /* bit n % 64 of word n / 64: the port n is handled here; written by others, atomically */
    uint64_t
        look; /* words with ports that have come to this vCPU: see event_look; written by others, atomically */
    bool
        handling; /* the mark: from before the look at `mine` until the handlers have returned; read by others */
    uint64_t upcalls; /* how often Xen came to tell us; read by others */
    uint64_t handled; /* events for which a handler was called */
    uint64_t stray;   /* upcalls that found nothing to do here */
};
