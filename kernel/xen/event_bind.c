/* Making, binding and closing ports: see stardust/event.h. */
#include <stardust/event.h>

#include <kernel/xen/event_table.h>

#include <stardust/cpu.h>
#include <stardust/heap.h>
#include <stardust/hypercall.h>
#include <stardust/panic.h>
#include <stardust/shared_info.h>
#include <stardust/spinlock.h>

#include <xen/errno.h>

struct event_record *event_records[EVENT_WORDS];

/* Protects what is in the records, and that one is added at a time. */
static struct spinlock lock = SPINLOCK(LOCK_PORTS);

/* Make sure that the port has a record. */
static int make_record(evtchn_t port)
{
    struct event_record *records, *none = NULL;

    if (port >= EVENT_PORTS) {
        return -XEN_EINVAL;
    }
    if (event_record(port) != NULL) {
        return 0;
    }
    records = heap_alloc_zeroed(EVENT_WORD_BITS * sizeof *records);
    if (records == NULL) {
        return -XEN_ENOMEM;
    }
    if (!__atomic_compare_exchange_n(&event_records[port / EVENT_WORD_BITS], &none, records, false,
                                     __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST)) {
        heap_free(records);
    }
    return 0;
}

static void set_mine(unsigned cpu, evtchn_t port, bool mine)
{
    uint64_t *word = &cpus[cpu]->events.mine[port / EVENT_WORD_BITS];
    uint64_t bit = (uint64_t)1 << port % EVENT_WORD_BITS;

    if (mine) {
        __atomic_fetch_or(word, bit, __ATOMIC_SEQ_CST);
    } else {
        __atomic_fetch_and(word, ~bit, __ATOMIC_SEQ_CST);
    }
}

/* Returns 0; -XEN_EEXIST when the port has a handler. */
static int install(evtchn_t port, unsigned cpu, uint8_t status, event_handler *handler,
                   void *context)
{
    int error = make_record(port);
    critical_t state;

    if (error != 0) {
        return error;
    }
    state = spin_lock_irqsave(&lock);
    if (event_record(port)->handler != NULL) {
        error = -XEN_EEXIST;
    } else {
        *event_record(port) =
            (struct event_record){.context = context, .cpu = cpu, .status = status};
        __atomic_store_n(&event_record(port)->handler, handler, __ATOMIC_RELEASE);
        set_mine(cpu, port, true);
    }
    spin_unlock_irqrestore(&lock, state);
    if (error == 0) {
        event_unmask(port);
    }
    return error;
}

static void close_port(evtchn_t port)
{
    struct evtchn_close close = {.port = port};

    hypercall_event_channel_op(EVTCHNOP_close, &close);
}

/* What Xen has just bound gets its handler; if that fails, it is closed again. Returns the port or an error. */
static int adopt(long error, evtchn_t port, unsigned cpu, uint8_t status, event_handler *handler,
                 void *context)
{
    if (error == 0) {
        error = install(port, cpu, status, handler, context);
        if (error != 0) {
            close_port(port);
        }
    }
    return error == 0 ? (int)port : (int)error;
}

int event_bind_virq(unsigned virq, event_handler *handler, void *context)
{
    struct evtchn_bind_virq bind = {.virq = virq, .vcpu = cpu_this()->number};
    long error = hypercall_event_channel_op(EVTCHNOP_bind_virq, &bind);

    return adopt(error, bind.port, bind.vcpu, EVTCHNSTAT_virq, handler, context);
}

int event_bind_ipi(unsigned cpu, event_handler *handler, void *context)
{
    struct evtchn_bind_ipi bind = {.vcpu = cpu};
    long error = hypercall_event_channel_op(EVTCHNOP_bind_ipi, &bind);

    return adopt(error, bind.port, cpu, EVTCHNSTAT_ipi, handler, context);
}

int event_bind_unbound(domid_t remote, event_handler *handler, void *context)
{
    struct evtchn_alloc_unbound alloc = {.dom = DOMID_SELF, .remote_dom = remote};
    long error = hypercall_event_channel_op(EVTCHNOP_alloc_unbound, &alloc);

    return adopt(error, alloc.port, 0, EVTCHNSTAT_unbound, handler, context);
}

int event_bind_interdomain(domid_t remote, evtchn_t remote_port, event_handler *handler,
                           void *context)
{
    struct evtchn_bind_interdomain bind = {.remote_dom = remote, .remote_port = remote_port};
    long error = hypercall_event_channel_op(EVTCHNOP_bind_interdomain, &bind);

    return adopt(error, bind.local_port, 0, EVTCHNSTAT_interdomain, handler, context);
}

int event_listen(evtchn_t port, event_handler *handler, void *context)
{
    return install(port, 0, EVTCHNSTAT_interdomain, handler, context);
}

/* The event is pending before we look at the mask: who unmasks the port meanwhile finds it. */
void event_raise(evtchn_t port)
{
    unsigned word = port / EVENT_WORD_BITS;
    uint64_t bit = (uint64_t)1 << port % EVENT_WORD_BITS;

    __atomic_fetch_or(&shared_info.evtchn_pending[word], bit, __ATOMIC_SEQ_CST);
    if ((__atomic_load_n(&shared_info.evtchn_mask[word], __ATOMIC_SEQ_CST) & bit) == 0) {
        event_unmask(port);
    }
}

/* Wait until the handlers that `cpu` has begun have returned. One more upcall means so, too: they are another one's then. */
static void wait_for_handlers(const struct cpu *cpu)
{
    uint64_t upcalls = __atomic_load_n(&cpu->events.upcalls, __ATOMIC_SEQ_CST);

    while (__atomic_load_n(&cpu->events.handling, __ATOMIC_SEQ_CST) &&
           __atomic_load_n(&cpu->events.upcalls, __ATOMIC_SEQ_CST) == upcalls) {
        cpu_relax();
    }
}

/*
 * No vCPU handles events of the port any more when this returns. A handler that has begun runs to its end without sleeping, so
 * that waiting for it is short; those who begin later see that the port is not theirs.
 */
static void take_away(const struct event_record *record, evtchn_t port)
{
    set_mine(record->cpu, port, false);
    for (unsigned i = 0; i < CPUS_MAX; i++) {
        if (cpus[i] != NULL && cpus[i] != cpu_this()) {
            wait_for_handlers(cpus[i]);
        }
    }
}

void event_unbind(evtchn_t port)
{
    struct event_record *record = event_record(port);
    critical_t state;

    assert_that(record != NULL && record->handler != NULL, "event_unbind: port %u is not bound",
                port);
    event_mask(port);
    state = spin_lock_irqsave(&lock);
    take_away(record, port);
    record->handler = NULL;
    spin_unlock_irqrestore(&lock, state);
    /* Last: from here on Xen may give the port to somebody else, who finds it free here too. */
    close_port(port);
}

/* In between nobody handles the port, so that its handler never runs on both. */
static void change_vcpu(struct event_record *record, evtchn_t port, unsigned cpu)
{
    take_away(record, port);
    record->cpu = cpu;
    set_mine(cpu, port, true);
}

/*
 * What came in between, neither vCPU has handled: the new one is made to look. The port's mask is not touched, since others use
 * it meanwhile; an event behind it comes with the unmasking.
 */
static void announce(evtchn_t port, unsigned cpu)
{
    __atomic_fetch_or(&cpus[cpu]->events.look, (uint64_t)1 << port / EVENT_WORD_BITS,
                      __ATOMIC_SEQ_CST);
    event_notify(cpus[cpu]->reschedule_port);
}

/* As if Xen had named these words: so the way back from this upcall finds that there is something to do. */
void event_look(void)
{
    struct cpu *cpu = cpu_this();
    uint64_t words = __atomic_exchange_n(&cpu->events.look, 0, __ATOMIC_SEQ_CST);

    if (words != 0) {
        __atomic_fetch_or(&cpu->info.evtchn_pending_sel, words, __ATOMIC_SEQ_CST);
        __atomic_store_n(&cpu->info.evtchn_upcall_pending, 1, __ATOMIC_SEQ_CST);
    }
}

int event_move(evtchn_t port, unsigned cpu)
{
    struct evtchn_bind_vcpu bind = {.port = port, .vcpu = cpu};
    struct event_record *record = event_record(port);
    critical_t state;
    long error;

    if (record == NULL || record->handler == NULL || !(cpus_online >> cpu & 1)) {
        return -XEN_EINVAL;
    }
    state = spin_lock_irqsave(&lock);
    error = hypercall_event_channel_op(EVTCHNOP_bind_vcpu, &bind);
    if (error == 0) {
        change_vcpu(record, port, cpu);
        announce(port, cpu);
    }
    spin_unlock_irqrestore(&lock, state);
    return (int)error;
}

static bool can_move(evtchn_t port)
{
    uint8_t status = event_record(port)->status;

    return status != EVTCHNSTAT_virq && status != EVTCHNSTAT_ipi;
}

void events_leave(unsigned cpu)
{
    for (unsigned word = 0; word < EVENT_WORDS; word++) {
        uint64_t ports = __atomic_load_n(&cpus[cpu]->events.mine[word], __ATOMIC_ACQUIRE);

        for (; ports != 0; ports &= ports - 1) {
            evtchn_t port = word * EVENT_WORD_BITS + (unsigned)__builtin_ctzll(ports);

            if (can_move(port)) {
                event_move(port, 0);
            }
        }
    }
}
