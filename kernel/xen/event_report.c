/* What events there were: see stardust/event.h. */
#include <stardust/event.h>

#include <kernel/xen/event_table.h>

#include <stardust/cpu.h>
#include <stardust/print.h>

struct event_statistics event_statistics(void)
{
    struct event_statistics sum = {0};

    for (unsigned i = 0; i < CPUS_MAX; i++) {
        if (cpus[i] != NULL) {
            sum.upcalls += cpus[i]->events.upcalls;
            sum.handled += cpus[i]->events.handled;
            sum.stray += cpus[i]->events.stray;
        }
    }
    return sum;
}

uint64_t event_count(evtchn_t port)
{
    const struct event_record *record = event_record(port);

    return record != NULL ? record->count : 0;
}

static const char *kind(const struct event_record *record)
{
    switch (record->status) {
    case EVTCHNSTAT_virq:
        return "virtual interrupt";
    case EVTCHNSTAT_ipi:
        return "from vCPUs";
    default:
        return "from a domain";
    }
}

void events_print(void)
{
    print("  events\n");
    for (evtchn_t port = 0; port < EVENT_PORTS; port++) {
        const struct event_record *record = event_record(port);

        if (record != NULL && record->handler != NULL) {
            print("    port %4u  %-17s  vCPU %2u  %lu handled\n", port, kind(record), record->cpu,
                  record->count);
        }
    }
}
