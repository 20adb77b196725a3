/*
 * The client of xenstore: see stardust/xenstore.h. A thread with a request sends it and sleeps until the answer with
 * its number has come, in whatever order that is. How messages come and go is in xenstore_connection.c, what the
 * requests are elsewhere.
 */
#include <kernel/xen/xenstore_client.h>

#include <stardust/bytes.h>
#include <stardust/clock.h>
#include <stardust/heap.h>
#include <stardust/list.h>
#include <stardust/spinlock.h>
#include <stardust/start_info.h>
#include <stardust/wait.h>

#include <xen/errno.h>

/* A request under way, on its thread's stack; client.lock protects it. */
struct request {
    struct list link; /* in client.requests until it is answered */
    uint32_t number, type;
    bool answered;
    int error; /* what the answer says */
    struct xenstore_answer answer;
    struct wait_queue waiter;
};

static struct {
    bool connected;       /* there is a xenstore; never changes after boot */
    struct spinlock lock; /* protects the fields below */
    struct list requests; /* struct request: those that have no answer yet */
    uint32_t last_number; /* of the latest one */
} client = {.lock = SPINLOCK(LOCK_WAIT)};

struct xenstore_statistics xenstore_counters;

void xenstore_count(uint64_t *counter)
{
    __atomic_fetch_add(counter, 1, __ATOMIC_RELAXED);
}

struct xenstore_statistics xenstore_statistics(void)
{
    return xenstore_counters;
}

/* Take the request out of the list, and let its thread go on. Context: client.lock held. */
static void end_request(struct request *r)
{
    list_remove(&r->link);
    r->answered = true;
    wait_queue_wake_all(&r->waiter);
}

void xenstore_requests_fail(void)
{
    critical_t state = spin_lock_irqsave(&client.lock);

    while (!list_empty(&client.requests)) {
        struct request *r = LIST_ENTRY(client.requests.next, struct request, link);

        r->error = -XEN_EIO;
        end_request(r);
    }
    spin_unlock_irqrestore(&client.lock, state);
}

/* Returns NULL when there is no memory: then whoever asked is told so. */
static char *copy_payload(const struct xenstore_message *message)
{
    char *copy = heap_alloc(message->header.len + 1);

    if (copy != NULL) {
        memcpy(copy, message->payload, message->header.len + 1);
    }
    return copy;
}

/* Context: client.lock held. */
static struct request *find_request(uint32_t number)
{
    for (struct list *l = client.requests.next; l != &client.requests; l = l->next) {
        struct request *r = LIST_ENTRY(l, struct request, link);

        if (r->number == number) {
            return r;
        }
    }
    return NULL;
}

void xenstore_answered(const struct xenstore_message *message)
{
    char *payload = copy_payload(message);
    critical_t state = spin_lock_irqsave(&client.lock);
    struct request *r = find_request(message->header.req_id);

    if (r != NULL) {
        r->error = payload == NULL ? -XEN_ENOMEM : xenstore_answer_check(message, r->type);
        r->answer = (struct xenstore_answer){payload, message->header.len};
        end_request(r);
    }
    spin_unlock_irqrestore(&client.lock, state);
    if (r == NULL) {
        xenstore_count(&xenstore_counters.late);
        heap_free(payload);
    }
}

/* It must be in the list before it is sent: the answer may come at once. */
static void begin_request(struct request *r, uint32_t type)
{
    critical_t state = spin_lock_irqsave(&client.lock);

    *r = (struct request){.number = ++client.last_number, .type = type};
    wait_queue_init(&r->waiter);
    list_push_back(&client.requests, &r->link);
    spin_unlock_irqrestore(&client.lock, state);
    xenstore_count(&xenstore_counters.requests);
}

/* Wait for the answer, unless sending has failed; in the end the request is in no list any more. */
static int finish_request(struct request *r, int error, nsec_t deadline)
{
    critical_t state = spin_lock_irqsave(&client.lock);

    while (!r->answered && error == 0) {
        error = wait_queue_sleep(&r->waiter, &client.lock, deadline, "an answer of xenstored");
    }
    if (r->answered) {
        error = r->error;
    } else {
        list_remove(&r->link);
    }
    spin_unlock_irqrestore(&client.lock, state);
    return error;
}

static int exchange(uint32_t type, uint32_t transaction, const struct xenstore_part *parts,
                    unsigned count, struct xenstore_answer *answer)
{
    nsec_t deadline = clock_monotonic() + XENSTORE_TIME_LIMIT;
    struct xsd_sockmsg header = {.type = type, .tx_id = transaction};
    struct request r;
    int error;

    begin_request(&r, type);
    header.req_id = r.number;
    error = xenstore_connection_send(&header, parts, count, deadline);
    error = finish_request(&r, error, deadline);
    if (error != 0) {
        heap_free(r.answer.payload);
        r.answer = (struct xenstore_answer){0};
    }
    *answer = r.answer;
    return error;
}

int xenstore_ask(uint32_t type, uint32_t transaction, const struct xenstore_part *parts,
                 unsigned count, struct xenstore_answer *answer)
{
    size_t length = 0;
    int error;

    *answer = (struct xenstore_answer){0};
    if (!client.connected) {
        return -XEN_ENODEV;
    }
    for (unsigned i = 0; i < count; i++) {
        if (parts[i].length > XENSTORE_PAYLOAD_MAX - length) {
            return -XEN_E2BIG;
        }
        length += parts[i].length;
    }
    xenstore_gate_enter();
    error = exchange(type, transaction, parts, count, answer);
    xenstore_gate_leave();
    return error;
}

int xenstore_init(void)
{
    int error;

    if (guest.first_domain) {
        return 0;
    }
    list_init(&client.requests);
    error = xenstore_watches_init();
    if (error == 0) {
        error = xenstore_connection_init();
    }
    client.connected = error == 0;
    return error;
}

void xenstore_suspend(void)
{
    if (client.connected) {
        xenstore_gate_close();
        xenstore_connection_suspend();
    }
}

void xenstore_resume(bool cancelled)
{
    if (client.connected) {
        xenstore_connection_resume(cancelled);
        if (!cancelled) {
            xenstore_watches_again();
        }
        xenstore_gate_open();
    }
}
