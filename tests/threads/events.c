/* No event is lost: to every vCPU and through channels to ourselves, while ports are masked, unmasked, moved and closed. */
#include "stress.h"

#include <stardust/clock.h>
#include <stardust/event.h>
#include <stardust/list.h>
#include <stardust/semaphore.h>

#include <xen/errno.h>

enum { LINES_MOST = 2 * CPUS_MAX, PATIENCE_SECONDS = 10 };

/* Events go one way: the sender counts what it wants to be seen, and waits until that was seen. */
static struct line {
    evtchn_t from, to; /* the port that is notified; the port that is handled */
    bool movable;
    unsigned long wanted, seen; /* atomic */
    unsigned inside;            /* handlers that run; atomic */
    struct semaphore done;
} lines[LINES_MOST];

static unsigned line_count;
static bool senders_over; /* atomic */

static void see(evtchn_t port, void *context)
{
    struct line *line = context;
    unsigned long wanted;

    if (__atomic_exchange_n(&line->inside, 1, __ATOMIC_SEQ_CST) != 0) {
        wrong("the handler of port %u runs twice at the same time", port);
    }
    wanted = __atomic_load_n(&line->wanted, __ATOMIC_ACQUIRE);
    if (wanted != line->seen) {
        line->seen = wanted;
        semaphore_up(&line->done);
    }
    __atomic_store_n(&line->inside, 0, __ATOMIC_SEQ_CST);
}

static void *send(void *argument)
{
    struct line *line = argument;

    do {
        int error;

        __atomic_fetch_add(&line->wanted, 1, __ATOMIC_RELEASE);
        event_notify(line->from);
        error = semaphore_down(&line->done, clock_monotonic() + PATIENCE_SECONDS * NSEC_PER_SEC);
        moved();
        if (error != 0) {
            wrong("an event of port %u was lost after %lu", line->to, line->seen);
            break;
        }
    } while (time_left());
    return NULL;
}

/* One for each line, so that nobody else undoes what it does. */
static void *meddle(void *argument)
{
    struct line *line = argument;
    struct random random = randomness(line->to);

    while (!__atomic_load_n(&senders_over, __ATOMIC_ACQUIRE)) {
        event_mask(line->to);
        compute((unsigned)random_below(&random, 20));
        if (line->movable) {
            event_move(line->to, (unsigned)random_below(&random, vcpu_count()));
        }
        event_unmask(line->to);
        thread_sleep(clock_monotonic() + random_below(&random, 300) * NSEC_PER_USEC);
    }
    return NULL;
}

static struct line *new_line(void)
{
    struct line *line = &lines[line_count++];

    *line = (struct line){.movable = false};
    semaphore_init(&line->done, 0);
    return line;
}

static void make_ipi(unsigned vcpu)
{
    struct line *line = new_line();
    int port = event_bind_ipi(vcpu, see, line);

    if (port < 0) {
        wrong("no port for vCPU %u: error %d", vcpu, port);
        line_count--;
        return;
    }
    line->from = line->to = (evtchn_t)port;
}

static void nothing(evtchn_t port, void *context)
{
    (void)port;
    (void)context;
}

/* A channel from ourselves to ourselves. */
static bool connect(struct line *line, event_handler *handler)
{
    int to = event_bind_unbound(DOMID_SELF, handler, line);
    int from = to < 0 ? to : event_bind_interdomain(DOMID_SELF, (evtchn_t)to, nothing, NULL);

    if (from < 0) {
        wrong("no channel to ourselves: error %d", from);
        return false;
    }
    line->from = (evtchn_t)from;
    line->to = (evtchn_t)to;
    line->movable = true;
    return true;
}

static void run_lines(void)
{
    struct thread *senders[LINES_MOST], *meddlers[LINES_MOST];

    __atomic_store_n(&senders_over, false, __ATOMIC_RELEASE);
    for (unsigned i = 0; i < line_count; i++) {
        senders[i] = begin(all_vcpus(), send, &lines[i]);
        meddlers[i] = begin(all_vcpus(), meddle, &lines[i]);
    }
    end_all(senders, line_count);
    __atomic_store_n(&senders_over, true, __ATOMIC_RELEASE);
    end_all(meddlers, line_count);
    for (unsigned i = 0; i < line_count; i++) {
        event_unbind(lines[i].to);
        if (lines[i].from != lines[i].to) {
            event_unbind(lines[i].from);
        }
    }
}

void test_events(void)
{
    line_count = 0;
    for (unsigned i = 0; i < vcpu_count(); i++) {
        make_ipi(i);
        if (!connect(new_line(), see)) {
            line_count--;
        }
    }
    run_lines();
}

/* A port that somebody has masked stays masked when it is moved, and what came meanwhile comes with the unmasking. */
void test_moves(void)
{
    struct random random = randomness(7);

    line_count = 0;
    if (!connect(new_line(), see)) {
        return;
    }
    do {
        struct line *line = &lines[0];

        event_mask(line->to);
        line->wanted++;
        event_notify(line->from);
        event_move(line->to, (unsigned)random_below(&random, vcpu_count()));
        if (semaphore_down(&line->done, clock_monotonic() + 100 * NSEC_PER_USEC) == 0) {
            wrong("an event came through the mask of port %u", line->to);
            break;
        }
        event_unmask(line->to);
        if (semaphore_down(&line->done, clock_monotonic() + PATIENCE_SECONDS * NSEC_PER_SEC) != 0) {
            wrong("an event waited for the mask of port %u, and was lost", line->to);
            break;
        }
        moved();
    } while (time_left());
    event_unbind(lines[0].to);
    event_unbind(lines[0].from);
}

static struct door {
    struct line line;
    bool closed;     /* nobody may come in any more; atomic */
    bool over;       /* atomic */
    unsigned knocks; /* atomic */
    struct thread *knocker;
} doors[CPUS_MAX];

static void come_in(evtchn_t port, void *context)
{
    struct door *door = LIST_ENTRY(context, struct door, line);

    if (__atomic_load_n(&door->closed, __ATOMIC_ACQUIRE)) {
        wrong("the handler of port %u is called after event_unbind", port);
    }
    __atomic_fetch_add(&door->knocks, 1, __ATOMIC_RELAXED);
}

static void *knock(void *argument)
{
    struct door *door = argument;

    while (!__atomic_load_n(&door->over, __ATOMIC_ACQUIRE)) {
        event_notify(door->line.from);
    }
    return NULL;
}

/* While somebody else sends. */
static void *open_and_close(void *argument)
{
    struct door *door = argument;

    do {
        *door = (struct door){.closed = false};
        if (!connect(&door->line, come_in)) {
            break;
        }
        door->knocker = begin(all_vcpus(), knock, door);
        while (__atomic_load_n(&door->knocks, __ATOMIC_RELAXED) == 0) {
            thread_yield();
        }
        event_unbind(door->line.to);
        __atomic_store_n(&door->closed, true, __ATOMIC_RELEASE);
        compute(20);
        __atomic_store_n(&door->over, true, __ATOMIC_RELEASE);
        end_all(&door->knocker, 1);
        event_unbind(door->line.from);
    } while (time_left());
    return NULL;
}

void test_unbind(void)
{
    struct thread *threads[CPUS_MAX];
    unsigned count = vcpu_count();

    for (unsigned i = 0; i < count; i++) {
        threads[i] = begin(all_vcpus(), open_and_close, &doors[i]);
    }
    end_all(threads, count);
}
