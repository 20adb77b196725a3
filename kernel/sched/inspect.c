/* What the kernel is doing, printed when somebody asks: VIRQ_DEBUG, which Xen sends on "xl debug-keys q". */
#include <stardust/inspect.h>

#include <stardust/cpu.h>
#include <stardust/event.h>
#include <stardust/print.h>
#include <stardust/thread.h>

static void print_cpus(void)
{
    print("  vCPUs\n");
    for (unsigned i = 0; i < CPUS_MAX; i++) {
        const struct cpu *cpu = cpus[i];

        if (cpu != NULL && cpu->current != NULL) {
            print("    %3u  %s %-15s  %u ready, %lu upcalls%s%s, %lu events, %lu ms stolen\n", i,
                  cpus_online >> i & 1 ? "runs" : "down", cpu->current->name, cpu->runqueue.count,
                  cpu->events.upcalls, cpu->info.evtchn_upcall_mask ? ", masked" : "",
                  cpu->info.evtchn_upcall_pending ? ", one is pending" : "", cpu->events.handled,
                  cpu->runstate.stolen / NSEC_PER_MSEC);
        }
    }
}

void inspect_print(void)
{
    print_cpus();
    threads_print();
    events_print();
}

static void on_debug(evtchn_t port, void *context)
{
    (void)port;
    (void)context;
    print("\nasked for by VIRQ_DEBUG:\n");
    inspect_print();
}

void inspect_init(void)
{
    event_bind_virq(VIRQ_DEBUG, on_debug, NULL);
}
