/*
 * What the toolstack asks of this domain: to end, to begin anew, to be saved, to have other vCPUs, to use less memory.
 *
 * A thread, "control", sees to all of it; only how to end is the application's business. Document: docs/misc/xenstore-paths of
 * Xen: control/shutdown, control/sysrq, cpu/N/availability, memory/target.
 */
#pragma once

/** What is asked for: the domain is gone afterwards, or made anew from its image. */
enum lifecycle_end {
    LIFECYCLE_POWEROFF,
    LIFECYCLE_HALT, /* the same for a domain: nobody looks at it any more */
    LIFECYCLE_REBOOT,
};

/**
 * End the application, which ends the domain in the way that was asked for: by application_end(0), or something that leads
 * there.
 * Context: the thread "control". It may also return and leave that to other threads; the toolstack has its patience.
 */
typedef void lifecycle_handler(enum lifecycle_end end);

/**
 * Let `handler` be called when the domain is to end. Without one the domain ends at once, as if the application had returned 0;
 * the C library has one that calls exit(0), so that the functions of atexit run. Context: any.
 */
void lifecycle_on_end(lifecycle_handler *handler);

/** Begin to listen to the toolstack. Context: boot, after xenstore_init; does nothing in the first domain. */
void lifecycle_init(void);
