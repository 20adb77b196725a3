/* The surroundings of the console's files: see machine.h. */
#include "machine.h"

#include <stdlib.h>
#include <string.h>

#include <stardust/clock.h>
#include <stardust/event.h>
#include <stardust/hypercall.h>
#include <stardust/memory.h>
#include <stardust/mutex.h>
#include <stardust/panic.h>
#include <stardust/preempt.h>
#include <stardust/start_info.h>
#include <stardust/wait.h>

#include <drivers/console/console_ring.h>

#include <CUnit/CUnit.h>

#include <xen/errno.h>

enum { MFN = 3, PORT = 2, NEXT_MFN = 4, NEXT_PORT = 5 };

struct machine machine;
struct guest guest;
unsigned long machine_m2p[NEXT_MFN + 1];

static event_handler *handler;

/* A ring in a page of its own, of which that before is gone. */
static struct xencons_interface *new_ring(mfn_t mfn, evtchn_t port)
{
    static struct xencons_interface *before;
    struct xencons_interface *ring = aligned_alloc(PAGE_SIZE, PAGE_SIZE);

    memset(ring, 0xaa, PAGE_SIZE);
    if (machine.ring != NULL) {
        *ring = *machine.ring;
    }
    free(before);
    before = ring;
    handler = NULL;
    guest.console_mfn = mfn;
    guest.console_port = port;
    machine_m2p[mfn] = virtual_to_pfn(ring);
    return ring;
}

void machine_restore(void)
{
    machine.ring = new_ring(NEXT_MFN, NEXT_PORT);
    machine.masked = true;
    machine.pending = false;
}

void machine_begin(uint32_t start)
{
    struct xencons_interface *ring;

    machine.ring = NULL;
    ring = new_ring(MFN, PORT);
    machine = (struct machine){.ring = ring, .now = 1, .reads_at_once = sizeof ring->out};
    ring->in_cons = ring->in_prod = ring->out_cons = ring->out_prod = start;
    console_ring_attach(MFN, PORT);
    console_ring_input(MFN, PORT);
}

void machine_wants_to_type(const char *bytes, size_t length)
{
    machine.typing = bytes;
    machine.typing_left = length;
}

void machine_type(void)
{
    struct xencons_interface *r = machine.ring;
    size_t count = 0;

    while (machine.typing_left > 0 && r->in_prod - r->in_cons < sizeof r->in) {
        r->in[r->in_prod++ % sizeof r->in] = *machine.typing++;
        machine.typing_left--;
        count++;
    }
    if (count > 0) {
        machine_event();
    }
}

void machine_read(size_t most)
{
    struct xencons_interface *r = machine.ring;

    for (; most > 0 && r->out_cons != r->out_prod; most--) {
        machine.shown[machine.shown_length++] = r->out[r->out_cons++ % sizeof r->out];
    }
    machine.shown[machine.shown_length] = '\0';
}

static void deliver(void)
{
    if (machine.pending && !machine.masked && handler != NULL) {
        machine.pending = false;
        machine.handled++;
        handler(guest.console_port, NULL);
    }
}

void machine_event(void)
{
    machine.pending = true;
    deliver();
}

int event_listen(evtchn_t port, event_handler *function, void *context)
{
    (void)port, (void)context;
    if (handler != NULL) {
        return -XEN_EEXIST;
    }
    handler = function;
    event_unmask(port);
    return 0;
}

void event_mask(evtchn_t port)
{
    (void)port;
    machine.masked = true;
}

void event_unmask(evtchn_t port)
{
    CU_ASSERT_EQUAL(port, guest.console_port);
    void (*then)(void) = machine.when_unmasked;

    machine.masked = false;
    machine.when_unmasked = NULL;
    deliver();
    if (then != NULL) {
        then();
    }
}

void event_raise(evtchn_t port)
{
    (void)port;
    machine.raised++;
    machine_event();
}

int event_notify(evtchn_t port)
{
    CU_ASSERT_EQUAL(port, guest.console_port);
    machine.notified++;
    return 0;
}

/* The one who waits to write: the other end reads, and tells so by an event that is forgotten here. */
void event_wait(evtchn_t port, nsec_t deadline)
{
    (void)port;
    if (machine.reads_at_once == 0) {
        machine.now = deadline;
        return;
    }
    machine.now++;
    machine_read(machine.reads_at_once);
    machine.pending = false;
}

nsec_t clock_monotonic(void)
{
    return machine.now;
}

int wait_queue_sleep(struct wait_queue *q, struct spinlock *lock, nsec_t deadline, const char *what)
{
    (void)q, (void)lock, (void)what;
    machine.woken = false;
    if (machine.while_asleep != NULL) {
        machine.while_asleep();
    }
    if (!machine.woken) {
        machine.now = deadline;
    }
    return machine.woken ? 0 : -XEN_ETIMEDOUT;
}

struct thread *wait_queue_wake_one(struct wait_queue *q)
{
    (void)q;
    machine.woken = true;
    return NULL;
}

int mutex_lock_until(struct mutex *m, nsec_t deadline)
{
    (void)deadline;
    CU_ASSERT_EQUAL(m->owner, 0);
    m->owner = 1;
    return 0;
}

void mutex_unlock(struct mutex *m)
{
    m->owner = 0;
}

bool mfn_is_ours(mfn_t mfn)
{
    return mfn == guest.console_mfn;
}

/* Nothing here goes past a ring: Xen's own console is not asked. */
long hypercall(unsigned long number, unsigned long argument1, unsigned long argument2,
               unsigned long argument3, unsigned long argument4, unsigned long argument5)
{
    (void)number, (void)argument1, (void)argument2, (void)argument3, (void)argument4,
        (void)argument5;
    return -XEN_ENOSYS;
}

void preempt_now(void)
{
}

_Noreturn void panic(const char *format, ...)
{
    (void)format;
    abort();
}
