/* Waiting for descriptors, the deadline and signals: see events.h. */
#include "events.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "message.h"
#include "process.h"

enum { MOST_SOURCES = 8 };

void events_begin(struct events *e, double seconds)
{
    sigset_t ours;

    sigemptyset(&ours);
    sigaddset(&ours, SIGINT);
    sigaddset(&ours, SIGTERM);
    sigaddset(&ours, SIGHUP);
    sigprocmask(SIG_BLOCK, &ours, NULL);
    /* A reader of our output that goes away is an error of write, not a reason to die without
     * cleaning up. */
    signal(SIGPIPE, SIG_IGN);
    *e = (struct events){.signals = signalfd(-1, &ours, SFD_CLOEXEC),
                         .deadline = clock_seconds() + seconds};
    if (e->signals < 0) {
        fail(STATUS_FAILED, "cannot wait for signals: %s", strerror(errno));
    }
}

static int milliseconds_until(double end)
{
    double left = end - clock_seconds();

    return left <= 0 ? 0 : left > 1e6 ? 1000000000 : (int)(left * 1000) + 1;
}

enum event events_wait(struct events *e, struct pollfd *sources, nfds_t count, double until)
{
    struct pollfd all[MOST_SOURCES + 1] = {{.fd = e->signals, .events = POLLIN}};
    double end = until < e->deadline ? until : e->deadline;
    int ready;

    memcpy(all + 1, sources, count * sizeof all[0]);
    do {
        ready = e->stopped ? 1 : poll(all, count + 1, milliseconds_until(end));
    } while ((ready < 0 && errno == EINTR) || (ready == 0 && clock_seconds() < end));

    e->stopped = e->stopped || all[0].revents != 0;

    /* A source that is always ready must not hide that the time is over. */
    enum event event = e->stopped ? EVENT_STOP : clock_seconds() >= end ? EVENT_TIME : EVENT_READY;

    for (nfds_t i = 0; i < count; i++) {
        sources[i].revents = event == EVENT_READY ? all[i + 1].revents : 0;
    }
    return event;
}
