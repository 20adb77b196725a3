/*
 * The connection to xenstored: see xenstore_client.h. Threads send their messages one after the other; the thread
 * "xenstore" alone reads the ring.
 */
#include <kernel/xen/xenstore_client.h>

#include <stardust/bytes.h>
#include <stardust/event.h>
#include <stardust/memory.h>
#include <stardust/mutex.h>
#include <stardust/print.h>
#include <stardust/spinlock.h>
#include <stardust/start_info.h>
#include <stardust/thread.h>
#include <stardust/wait.h>

#include <xen/errno.h>

/* Messages that are read before those who wait for room get their turn. */
enum { MESSAGES_MAX = 16 };

static struct {
    struct spinlock lock;    /* protects the fields down to `quiet` */
    bool event;              /* there has been one since the reader's latest look */
    bool stopped;            /* the reader must not look */
    bool reading;            /* it does */
    uint64_t looks;          /* how often it has looked; read without the lock too */
    struct wait_queue news;  /* the reader, until `event` */
    struct wait_queue room;  /* those who send, until `looks` has changed */
    struct wait_queue quiet; /* who has set `stopped`, until `reading` is false */

    bool attached; /* the ring may be used; atomic */
    bool broken;   /* it may not any more: xenstored does not keep to the protocol; atomic */

    struct mutex sending; /* protects the field below, `outgoing`, and the ring of requests */
    bool unsent; /* some of `outgoing` has not been sent: perhaps by somebody who gave up */

    struct xenstore_wire wire; /* changes while nobody sends and `stopped` is set */
} connection = {.lock = SPINLOCK(LOCK_WAIT)};

static struct xenstore_message outgoing; /* connection.sending */
static struct xenstore_message incoming; /* the reader's alone */

static bool is_attached(void)
{
    return __atomic_load_n(&connection.attached, __ATOMIC_ACQUIRE);
}

static bool is_broken(void)
{
    return __atomic_load_n(&connection.broken, __ATOMIC_ACQUIRE);
}

/* Nothing that comes after this can be trusted to be the begin of a message. */
static void give_up(const char *why)
{
    if (!__atomic_exchange_n(&connection.broken, true, __ATOMIC_SEQ_CST)) {
        print("xenstore: %s; the connection is given up\n", why);
    }
    xenstore_requests_fail();
}

/*
 * Begin where both sides are. What is in the rings belongs to whoever used them before us: an answer to somebody else,
 * or half a message. A server that can reconnect says while it does that, and moves the indices.
 */
static bool attach(void)
{
    struct xenstore_domain_interface *ring = connection.wire.ring;

    if (!xenstore_page_ready(ring)) {
        return false;
    }
    connection.wire.req_prod = *(const volatile uint32_t *)&ring->req_cons;
    connection.wire.rsp_cons = *(const volatile uint32_t *)&ring->rsp_prod;
    ring->req_prod = connection.wire.req_prod;
    ring->rsp_cons = connection.wire.rsp_cons;
    incoming.done = 0;
    __atomic_store_n(&connection.attached, true, __ATOMIC_RELEASE);
    return true;
}

/* Returns -XEN_EAGAIN when nothing is left; 0 when there may be more; -XEN_EIO. */
static int read_messages(void)
{
    int error = 0;

    for (unsigned i = 0; i < MESSAGES_MAX && error == 0; i++) {
        error = xenstore_receive(&connection.wire, &incoming);
        if (error == 0) {
            if (incoming.header.type == XS_WATCH_EVENT) {
                xenstore_watch_event(&incoming);
            } else {
                xenstore_answered(&incoming);
            }
            incoming.done = 0;
        }
    }
    return error;
}

/* Returns whether there may be more to read at once. */
static bool look(void)
{
    const char *wrong;
    int error;

    if (is_broken() || (!is_attached() && !attach())) {
        return false;
    }
    error = read_messages();
    wrong = xenstore_page_error(connection.wire.ring);
    if (wrong == NULL && error == -XEN_EIO) {
        wrong = "xenstored sends what is no message";
    }
    if (wrong != NULL) {
        give_up(wrong);
    }
    return error == 0;
}

static void wait_for_news(void)
{
    critical_t state = spin_lock_irqsave(&connection.lock);

    while (!connection.event || connection.stopped) {
        wait_queue_sleep(&connection.news, &connection.lock, NSEC_FOREVER, "news from xenstored");
    }
    connection.event = false;
    connection.reading = true;
    spin_unlock_irqrestore(&connection.lock, state);
}

static void finish_look(bool more)
{
    critical_t state = spin_lock_irqsave(&connection.lock);

    connection.event = connection.event || more;
    connection.reading = false;
    connection.looks++;
    wait_queue_wake_all(&connection.room);
    wait_queue_wake_all(&connection.quiet);
    spin_unlock_irqrestore(&connection.lock, state);
}

/* A connection that is broken stays masked: nobody can keep us busy by it. */
static void *read_for_ever(void *unused)
{
    for (;;) {
        bool more;

        wait_for_news();
        more = look();
        if (!more && !is_broken()) {
            event_unmask(connection.wire.port);
        }
        finish_look(more);
    }
    return unused;
}

static void tell_reader(void)
{
    critical_t state = spin_lock_irqsave(&connection.lock);

    connection.event = true;
    wait_queue_wake_all(&connection.news);
    spin_unlock_irqrestore(&connection.lock, state);
}

static void handle_event(evtchn_t port, void *context)
{
    (void)context;
    event_mask(port);
    tell_reader();
}

/* Sleep until the reader has looked after it had `looks` times; -XEN_ETIMEDOUT. */
static int wait_for_room(uint64_t looks, nsec_t deadline)
{
    critical_t state = spin_lock_irqsave(&connection.lock);
    int error = 0;

    while (connection.looks == looks && error == 0) {
        error = wait_queue_sleep(&connection.room, &connection.lock, deadline,
                                 "room for a xenstore request");
    }
    spin_unlock_irqrestore(&connection.lock, state);
    return error;
}

/* Send what is unsent of `outgoing`. Context: connection.sending locked. */
static int send_rest(nsec_t deadline)
{
    int error = connection.unsent ? -XEN_EAGAIN : 0;

    while (error == -XEN_EAGAIN) {
        uint64_t looks = __atomic_load_n(&connection.looks, __ATOMIC_ACQUIRE);

        if (is_broken()) {
            return -XEN_EIO;
        }
        if (is_attached()) {
            error = xenstore_send(&connection.wire, &outgoing);
        }
        if (error == -XEN_EAGAIN && (error = wait_for_room(looks, deadline)) == 0) {
            error = -XEN_EAGAIN;
        }
    }
    connection.unsent = error != 0 && outgoing.done > 0;
    return error;
}

static void compose(const struct xsd_sockmsg *header, const struct xenstore_part *parts,
                    unsigned count)
{
    struct xenstore_message *m = &outgoing;

    m->done = 0;
    m->header = *header;
    m->header.len = 0;
    for (unsigned i = 0; i < count; i++) {
        memcpy(m->payload + m->header.len, parts[i].bytes, parts[i].length);
        m->header.len += (uint32_t)parts[i].length;
    }
    connection.unsent = true;
}

/* One message after the other: of one that was begun, the rest must follow. */
int xenstore_connection_send(const struct xsd_sockmsg *header, const struct xenstore_part *parts,
                             unsigned count, nsec_t deadline)
{
    int error = mutex_lock_until(&connection.sending, deadline);

    if (error != 0) {
        return error;
    }
    error = send_rest(deadline);
    if (error == 0) {
        compose(header, parts, count);
        error = send_rest(deadline);
    }
    mutex_unlock(&connection.sending);
    if (error == -XEN_EIO) {
        give_up("xenstored's index of our requests makes no sense");
    }
    return error;
}

/* The ring that start_info names. The reader finds out whether it can be used yet. */
static int connect(void)
{
    int error;

    if (!mfn_is_ours(guest.store_mfn)) {
        return -XEN_EINVAL;
    }
    connection.wire.ring = pfn_to_virtual(mfn_to_pfn(guest.store_mfn));
    connection.wire.port = guest.store_port;
    connection.attached = connection.broken = connection.unsent = false;
    error = event_listen(connection.wire.port, handle_event, NULL);
    tell_reader();
    return error;
}

int xenstore_connection_init(void)
{
    static const struct thread_options options = {.name = "xenstore", .detached = true};
    int error = connect();

    return error == 0 ? thread_create(NULL, &options, read_for_ever, NULL) : error;
}

void xenstore_connection_suspend(void)
{
    critical_t state = spin_lock_irqsave(&connection.lock);

    connection.stopped = true;
    while (connection.reading) {
        wait_queue_sleep(&connection.quiet, &connection.lock, NSEC_FOREVER,
                         "the reader of xenstore");
    }
    spin_unlock_irqrestore(&connection.lock, state);
}

void xenstore_connection_resume(bool cancelled)
{
    int error = cancelled ? 0 : connect();

    if (error != 0) {
        give_up("the ring cannot be used any more");
    }
    connection.stopped = false;
    tell_reader();
}
