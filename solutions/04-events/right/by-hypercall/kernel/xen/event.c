/* Handling, masking and unmasking events: see stardust/event.h. Who handles which is in event_bind.c. */
#include <stardust/event.h>

#include <kernel/xen/event_table.h>

#include <stardust/cpu.h>
#include <stardust/hypercall.h>
#include <stardust/shared_info.h>

static unsigned word_of(evtchn_t port)
{
    return port >> 6;
}

static uint64_t bit_of(evtchn_t port)
{
    return 1ul << (port & 63);
}

void event_mask(evtchn_t port)
{
    __sync_fetch_and_or(&shared_info.evtchn_mask[word_of(port)], bit_of(port));
}

void event_unmask(evtchn_t port)
{
    struct evtchn_unmask operation = {.port = port};

    hypercall_event_channel_op(EVTCHNOP_unmask, &operation);
}

static bool ours(struct cpu *cpu, evtchn_t port)
{
    return (__atomic_load_n(&cpu->events.mine[word_of(port)], __ATOMIC_SEQ_CST) & bit_of(port)) !=
           0;
}

static void call_handler(struct cpu *cpu, struct event_record *record, evtchn_t port)
{
    event_handler *handler = __atomic_load_n(&record->handler, __ATOMIC_SEQ_CST);

    if (handler == NULL) {
        return;
    }
    cpu->events.handled++;
    record->count++;
    handler(port, record->context);
}

static void handle(struct cpu *cpu, evtchn_t port)
{
    __atomic_store_n(&cpu->events.handling, true, __ATOMIC_SEQ_CST);
    if (ours(cpu, port)) {
        __sync_fetch_and_and(&shared_info.evtchn_pending[word_of(port)], ~bit_of(port));
        if (event_record(port) != NULL) {
            call_handler(cpu, event_record(port), port);
        }
    }
    __atomic_store_n(&cpu->events.handling, false, __ATOMIC_SEQ_CST);
}

static uint64_t active(struct cpu *cpu, unsigned word)
{
    uint64_t bits = __atomic_load_n(&cpu->events.mine[word], __ATOMIC_SEQ_CST);

    bits &= __atomic_load_n(&shared_info.evtchn_pending[word], __ATOMIC_SEQ_CST);
    return bits & ~__atomic_load_n(&shared_info.evtchn_mask[word], __ATOMIC_SEQ_CST);
}

static bool handle_selected(struct cpu *cpu, uint64_t selected)
{
    bool any = false;

    for (unsigned word = EVENT_WORDS; word-- > 0;) {
        uint64_t bits = (selected >> word & 1) != 0 ? active(cpu, word) : 0;

        for (unsigned bit = EVENT_WORD_BITS; bit-- > 0;) {
            if ((bits >> bit & 1) != 0) {
                handle(cpu, word * EVENT_WORD_BITS + bit);
                any = true;
            }
        }
    }
    return any;
}

void event_dispatch(void)
{
    struct cpu *cpu = cpu_this();
    uint64_t selected;
    bool any;

    cpu->events.upcalls++;
    __atomic_exchange_n(&cpu->info.evtchn_upcall_pending, 0, __ATOMIC_SEQ_CST);
    selected = __atomic_exchange_n(&cpu->info.evtchn_pending_sel, 0, __ATOMIC_SEQ_CST);
    any = handle_selected(cpu, selected);
    if (!any) {
        cpu->events.stray++;
    }
}
