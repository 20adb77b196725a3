/* Handling, masking and unmasking events: see stardust/event.h. Who handles which is in event_bind.c. */
#include <stardust/event.h>

#include <kernel/xen/event_table.h>

#include <stardust/cpu.h>
#include <stardust/hypercall.h>
#include <stardust/lab.h>
#include <stardust/shared_info.h>

static uint64_t bit_of(evtchn_t port)
{
    return (uint64_t)1 << port % EVENT_WORD_BITS;
}

#ifdef SOLUTION_EVENTS
void event_mask(evtchn_t port)
{
    __atomic_fetch_or(&shared_info.evtchn_mask[port / EVENT_WORD_BITS], bit_of(port),
                      __ATOMIC_SEQ_CST);
}
#else
void event_mask(evtchn_t port)
{
    LAB_TODO(events, "4.1", "set the port's mask bit; others change their bits of the same word");
}
#endif

#ifdef SOLUTION_EVENTS
static void clear_mask(evtchn_t port)
{
    __atomic_fetch_and(&shared_info.evtchn_mask[port / EVENT_WORD_BITS], ~bit_of(port),
                       __ATOMIC_SEQ_CST);
}

static bool is_pending(evtchn_t port)
{
    return (__atomic_load_n(&shared_info.evtchn_pending[port / EVENT_WORD_BITS], __ATOMIC_SEQ_CST) &
            bit_of(port)) != 0;
}

/*
 * An event that came while the port was masked is pending, and nobody was told. Only Xen can tell the vCPU that the port is
 * bound to, and does so for a port that is still masked.
 */
void event_unmask(evtchn_t port)
{
    struct evtchn_unmask unmask = {.port = port};

    clear_mask(port);
    if (is_pending(port)) {
        event_mask(port);
        hypercall_event_channel_op(EVTCHNOP_unmask, &unmask);
    }
}
#else
void event_unmask(evtchn_t port)
{
    LAB_TODO(events, "4.1",
             "clear the port's mask bit; when an event came meanwhile, have Xen unmask it");
}
#endif

#ifdef SOLUTION_EVENTS
static bool is_mine(const struct cpu *cpu, evtchn_t port)
{
    return (__atomic_load_n(&cpu->events.mine[port / EVENT_WORD_BITS], __ATOMIC_SEQ_CST) &
            bit_of(port)) != 0;
}

/*
 * The mark comes before the look at whose port it is, and who handles it: event_move and event_unbind, which change that, wait
 * for the mark to go.
 */
static void handle(struct cpu *cpu, evtchn_t port)
{
    struct event_record *record = event_record(port);
    event_handler *handler;

    __atomic_store_n(&cpu->events.handling, port, __ATOMIC_SEQ_CST);
    if (!is_mine(cpu, port)) {
        __atomic_store_n(&cpu->events.handling, 0, __ATOMIC_RELEASE);
        return;
    }
    /* Before the handler: it may see half of what the next event is about, and would not be called for the rest. */
    __atomic_fetch_and(&shared_info.evtchn_pending[port / EVENT_WORD_BITS], ~bit_of(port),
                       __ATOMIC_SEQ_CST);
    handler = record != NULL ? __atomic_load_n(&record->handler, __ATOMIC_ACQUIRE) : NULL;
    if (handler != NULL) {
        record->count++;
        cpu->events.handled++;
        handler(port, record->context);
    }
    __atomic_store_n(&cpu->events.handling, 0, __ATOMIC_RELEASE);
}
#else
static void handle(struct cpu *cpu, evtchn_t port)
{
    LAB_TODO(events, "4.2", "mark what is handled, forget the event, then call the handler");
}
#endif

#ifdef SOLUTION_EVENTS
/* Ports of other vCPUs are in the same words. */
static unsigned handle_word(struct cpu *cpu, unsigned word)
{
    uint64_t active = __atomic_load_n(&shared_info.evtchn_pending[word], __ATOMIC_ACQUIRE) &
                      ~__atomic_load_n(&shared_info.evtchn_mask[word], __ATOMIC_ACQUIRE) &
                      __atomic_load_n(&cpu->events.mine[word], __ATOMIC_ACQUIRE);
    unsigned count = 0;

    for (; active != 0; active &= active - 1) {
        handle(cpu, word * EVENT_WORD_BITS + (unsigned)__builtin_ctzll(active));
        count++;
    }
    return count;
}

static unsigned handle_words(struct cpu *cpu, uint64_t *selector)
{
    unsigned count = 0;

    for (uint64_t words = __atomic_exchange_n(selector, 0, __ATOMIC_SEQ_CST); words != 0;
         words &= words - 1) {
        count += handle_word(cpu, (unsigned)__builtin_ctzll(words));
    }
    return count;
}

/*
 * Three levels, each cleared before the one below is read: whoever sends sets them in the opposite order, so that an event is
 * either seen now or announced again. Each port is handled once at most, so that this ends whatever others send.
 */
void event_dispatch(void)
{
    struct cpu *cpu = cpu_this();
    unsigned count;

    cpu->events.upcalls++;
    __atomic_store_n(&cpu->info.evtchn_upcall_pending, 0, __ATOMIC_SEQ_CST);
    count = handle_words(cpu, &cpu->info.evtchn_pending_sel);
    /* After that, since who writes there sends us an event: it is either not handled yet, or was written before. */
    if (__atomic_load_n(&cpu->events.look, __ATOMIC_SEQ_CST) != 0) {
        count += handle_words(cpu, &cpu->events.look);
    }
    cpu->events.stray += count == 0;
}
#else
void event_dispatch(void)
{
    LAB_TODO(events, "4.2",
             "this vCPU's pending byte, its selector's words, their ports: each handled once");
}
#endif
