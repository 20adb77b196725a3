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
/* Take those ports of a word that have to be handled. Ports of other vCPUs are in the same word, and stay. */
static uint64_t take_ports(const struct cpu *cpu, uint64_t word)
{
    uint64_t ports = __atomic_load_n(&shared_info.evtchn_pending[word], __ATOMIC_ACQUIRE) &
                     ~__atomic_load_n(&shared_info.evtchn_mask[word], __ATOMIC_ACQUIRE) &
                     __atomic_load_n(&cpu->events.mine[word], __ATOMIC_ACQUIRE);

    /* Before the handlers: one may see half of what the next event is about, and would not be called for the rest. */
    __atomic_fetch_and(&shared_info.evtchn_pending[word], ~ports, __ATOMIC_SEQ_CST);
    return ports;
}

static void call_handlers(struct cpu *cpu, uint64_t word, uint64_t ports)
{
    for (; ports != 0; ports &= ports - 1) {
        uint64_t bit = (unsigned)__builtin_ctzll(ports);
        struct event_record *record = &event_records[word][bit];

        record->count++;
        cpu->events.handled++;
        record->handler((evtchn_t)(word * EVENT_WORD_BITS + bit), record->context);
    }
}

/*
 * Three levels, each cleared before the one below is read: whoever sends sets them in the opposite order, so that an event is
 * either seen now or announced again. Each port is handled once at most, so that this ends whatever others send.
 *
 * The mark, `handling`, is seen before we look whose ports they are, since what clears the pending byte is a barrier too:
 * event_move and event_unbind change that, and then wait for the mark to go.
 */
void event_dispatch(void)
{
    struct cpu *cpu = cpu_this();
    uint64_t words, found = 0;

    cpu->events.upcalls++;
    __atomic_store_n(&cpu->events.handling, true, __ATOMIC_RELAXED);
    __atomic_store_n(&cpu->info.evtchn_upcall_pending, 0, __ATOMIC_SEQ_CST);
    words = __atomic_exchange_n(&cpu->info.evtchn_pending_sel, 0, __ATOMIC_SEQ_CST);
    for (; words != 0; words &= words - 1) {
        uint64_t word = (unsigned)__builtin_ctzll(words);
        uint64_t ports = take_ports(cpu, word);

        found |= ports;
        call_handlers(cpu, word, ports);
    }
    if (found == 0) {
        cpu->events.stray++;
    }
    __atomic_store_n(&cpu->events.handling, false, __ATOMIC_RELEASE);
}
#else
void event_dispatch(void)
{
    LAB_TODO(events, "4.2",
             "this vCPU's pending byte, its selector's words, their ports: each handled once");
}
#endif
