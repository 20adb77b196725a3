/* A fake domain with ports: see ports.h. */
#include "ports.h"

#include <string.h>

#include <kernel/xen/event_table.h>

#include <stardust/cpu.h>
#include <stardust/shared_info.h>

struct event_record *event_records[EVENT_WORDS];

static struct event_record records[EVENT_WORDS][EVENT_WORD_BITS];
static unsigned told[EVENT_PORTS], handled[EVENT_PORTS], seen[EVENT_PORTS];

static uint64_t bit_of(evtchn_t port)
{
    return (uint64_t)1 << port % EVENT_WORD_BITS;
}

static void forget_vcpu(unsigned vcpu)
{
    struct vcpu_info *info = fakexen_vcpu_info(vcpu);

    info->evtchn_upcall_mask = 1;
    info->evtchn_upcall_pending = 0;
    info->evtchn_pending_sel = 0;
    fakexen_cpu(vcpu)->events = (struct event_ports){0};
}

void ports_again(void)
{
    memset(records, 0, sizeof records);
    memset(event_records, 0, sizeof event_records);
    memset(told, 0, sizeof told);
    memset(handled, 0, sizeof handled);
    memset(seen, 0, sizeof seen);
    memset((void *)shared_info.evtchn_mask, 0xff, sizeof shared_info.evtchn_mask);
    memset((void *)shared_info.evtchn_pending, 0, sizeof shared_info.evtchn_pending);
    forget_vcpu(0);
    forget_vcpu(1);
}

void ports_start(void)
{
    fakexen_start(&(struct fakexen_options){.seed = test_seed(), .vcpus = 2});
    ports_again();
}

void port_bind_to(evtchn_t port, unsigned vcpu, event_handler *handler)
{
    unsigned word = port / EVENT_WORD_BITS;

    fakexen.ports[port] = (struct fakexen_port){.state = PORT_IPI, .vcpu = vcpu, .used = true};
    event_records[word] = records[word];
    records[word][port % EVENT_WORD_BITS] = (struct event_record){
        .handler = handler, .context = &handled[port], .cpu = vcpu, .status = EVTCHNSTAT_ipi};
    fakexen_cpu(vcpu)->events.mine[word] |= bit_of(port);
    shared_info.evtchn_mask[word] &= ~bit_of(port);
}

void port_count(evtchn_t port, void *context)
{
    CHECK(port < EVENT_PORTS && context == &handled[port],
          .rule =
              "a handler gets its port and the context that it was bound with (stardust/event.h)",
          .did = text("called the handler with port %u and the context of port %ld", port,
                      (long)((unsigned *)context - handled)),
          .expected = "both of the same record",
          .usually = "the port's number is made of word and bit in the wrong way");
    handled[port]++;
    seen[port] = told[port];
}

void port_bind(evtchn_t port, unsigned vcpu)
{
    port_bind_to(port, vcpu, port_count);
}

void port_tell(evtchn_t port)
{
    told[port]++;
    fakexen_event(port);
}

unsigned port_handled(evtchn_t port)
{
    return handled[port];
}

unsigned port_told(evtchn_t port)
{
    return told[port];
}

bool port_up_to_date(evtchn_t port)
{
    return seen[port] == told[port];
}

bool port_masked(evtchn_t port)
{
    return (shared_info.evtchn_mask[port / EVENT_WORD_BITS] & bit_of(port)) != 0;
}

bool port_pending(evtchn_t port)
{
    return (shared_info.evtchn_pending[port / EVENT_WORD_BITS] & bit_of(port)) != 0;
}

bool port_announced(evtchn_t port, unsigned vcpu)
{
    const struct vcpu_info *info = fakexen_vcpu_info(vcpu);

    return info->evtchn_upcall_pending != 0 &&
           (info->evtchn_pending_sel >> port / EVENT_WORD_BITS & 1) != 0;
}

void port_check_not_lost(evtchn_t port, const char *did, const char *usually, const void *where)
{
    CHECK(port_pending(port) && port_announced(port, 0), .rule = "no event is lost " ABI_RULE,
          .did = text("%s: %s", did,
                      !port_pending(port)
                          ? "its pending bit is gone, and its handler was not called since"
                          : "it is pending, but the vCPU was not told and will not look"),
          .expected = "it was handled, or it is pending and will be", .usually = usually,
          .where = where);
}
