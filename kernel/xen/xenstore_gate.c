/* The gate before xenstored, which is closed while the domain is suspended: see xenstore_client.h. */
#include <kernel/xen/xenstore_client.h>

#include <stardust/spinlock.h>
#include <stardust/wait.h>

/* Xenstored allows a guest ten at a time. */
enum { TRANSACTIONS_MAX = 8 };

static struct {
    struct spinlock lock;     /* protects the fields below */
    bool closed;              /* only what belongs to an open transaction may go on */
    unsigned requests;        /* under way */
    unsigned transactions;    /* open; at most TRANSACTIONS_MAX */
    struct wait_queue opened; /* those that want in */
    struct wait_queue empty;  /* the one that closed it and waits until nobody is inside */
} gate = {.lock = SPINLOCK(LOCK_WAIT)};

/* The last one out says so. */
static void tell_if_empty(void)
{
    if (gate.closed && gate.requests == 0 && gate.transactions == 0) {
        wait_queue_wake_all(&gate.empty);
    }
}

/*
 * A request may be one of a transaction's body without belonging to the transaction: were it kept out, neither would
 * end.
 */
void xenstore_gate_enter(void)
{
    critical_t state = spin_lock_irqsave(&gate.lock);

    while (gate.closed && gate.transactions == 0) {
        wait_queue_sleep(&gate.opened, &gate.lock, NSEC_FOREVER, "the domain to be resumed");
    }
    gate.requests++;
    spin_unlock_irqrestore(&gate.lock, state);
}

void xenstore_gate_leave(void)
{
    critical_t state = spin_lock_irqsave(&gate.lock);

    gate.requests--;
    tell_if_empty();
    spin_unlock_irqrestore(&gate.lock, state);
}

void xenstore_gate_begin(void)
{
    critical_t state = spin_lock_irqsave(&gate.lock);

    while (gate.closed || gate.transactions == TRANSACTIONS_MAX) {
        wait_queue_sleep(&gate.opened, &gate.lock, NSEC_FOREVER, "a xenstore transaction to end");
    }
    gate.transactions++;
    spin_unlock_irqrestore(&gate.lock, state);
}

void xenstore_gate_end(void)
{
    critical_t state = spin_lock_irqsave(&gate.lock);

    gate.transactions--;
    wait_queue_wake_all(&gate.opened);
    tell_if_empty();
    spin_unlock_irqrestore(&gate.lock, state);
}

void xenstore_gate_close(void)
{
    critical_t state = spin_lock_irqsave(&gate.lock);

    gate.closed = true;
    while (gate.requests > 0 || gate.transactions > 0) {
        wait_queue_sleep(&gate.empty, &gate.lock, NSEC_FOREVER, "xenstore requests to end");
    }
    spin_unlock_irqrestore(&gate.lock, state);
}

void xenstore_gate_open(void)
{
    critical_t state = spin_lock_irqsave(&gate.lock);

    gate.closed = false;
    wait_queue_wake_all(&gate.opened);
    spin_unlock_irqrestore(&gate.lock, state);
}
