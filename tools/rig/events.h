/*
 * Waiting: for descriptors, for the time limit of the run, and for somebody who wants us to stop –
 * whichever comes first.
 *
 * There is one of these in a program. SIGINT, SIGTERM and SIGHUP are blocked while it lives, so
 * that they are noticed only in events_wait and every way out can clean up.
 */
#pragma once

#include <poll.h>

enum event {
    EVENT_READY, /* some descriptor has something for us: look at the revents */
    EVENT_TIME,  /* the time is over */
    EVENT_STOP   /* SIGINT, SIGTERM or SIGHUP came: give everything up. It stays so for every later
                    wait */
};

struct events {
    int signals;     /* signalfd of the three signals */
    double deadline; /* clock_seconds() at which the run's time is over */
    int stopped;     /* a signal came */
};

/** Begin a run that may take `seconds`. */
void events_begin(struct events *e, double seconds);

/**
 * Wait until one of the `count` sources is ready, `until` (clock_seconds) or the run's deadline
 * comes, or a signal. A source with a negative fd is passed over. All revents are 0 unless
 * EVENT_READY is returned.
 */
enum event events_wait(struct events *e, struct pollfd *sources, nfds_t count, double until);
