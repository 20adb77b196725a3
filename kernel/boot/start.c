/* The table of contents: everything that happens between Xen's jump to us and the application, in order. */
#include <stardust/application.h>
#include <stardust/chunks.h>
#include <stardust/clock.h>
#include <stardust/console.h>
#include <stardust/cpu.h>
#include <stardust/critical.h>
#include <stardust/event.h>
#include <stardust/features.h>
#include <stardust/foreign.h>
#include <stardust/grant.h>
#include <stardust/heap.h>
#include <stardust/inspect.h>
#include <stardust/lifecycle.h>
#include <stardust/memory.h>
#include <stardust/options.h>
#include <stardust/p2m.h>
#include <stardust/panic.h>
#include <stardust/print.h>
#include <stardust/region.h>
#include <stardust/shared_info.h>
#include <stardust/shutdown.h>
#include <stardust/slice.h>
#include <stardust/smp.h>
#include <stardust/stack_protector.h>
#include <stardust/start_info.h>
#include <stardust/suspend.h>
#include <stardust/thread.h>
#include <stardust/timer.h>
#include <stardust/trap.h>
#include <stardust/xenbus.h>
#include <stardust/xenstore.h>

#include <drivers/console/console_ring.h>

static void guest_init(const struct start_info *info)
{
    int error = start_info_read(&guest, info);

    assert_that(error == 0, "start_info: not written by Xen (error %d)", error);
}

static void console_init(void)
{
    if (guest.first_domain) {
        console_attach(&console_xen);
    } else {
        console_ring_attach(guest.console_mfn, guest.console_port);
    }
}

#ifdef HAVE_XENSTORE
static void console_input_init(void)
{
    if (!guest.first_domain) {
        console_ring_input(guest.console_mfn, guest.console_port);
    }
}

/* A guest without xenstore runs all the same, but nobody can reach it. */
static void store_init(void)
{
    int error = xenstore_init();

    if (error != 0) {
        print("xenstore: not connected (error %d)\n", error);
    }
}
#endif

static void banner(void)
{
    unsigned version = feature_xen_version();
    unsigned vcpus = cpu_count();

    print("Stardust: %s on Xen %u.%u as %s, %u vCPU%s, %lu KiB of memory\n", application_name,
          version >> 16, version & 0xffff, guest.first_domain ? "the first domain" : "a guest",
          vcpus, vcpus == 1 ? "" : "s", guest.pages * (PAGE_SIZE / 1024));
}

void application_end(int status)
{
#ifdef HAVE_PAGING
    heap_check(); /* a write to freed memory is found at the end at the latest */
#endif
#ifdef HAVE_XENSTORE
    CALL_PART(grants_report_leaks);
#endif
    if (status != 0) {
        panic("%s ended with status %d", application_name, status);
    }
    shutdown_normal();
}

_Noreturn void kernel_start(const struct start_info *info);

/* No stack protector here: its secret changes while this function runs. */
__attribute__((no_stack_protector)) _Noreturn void kernel_start(const struct start_info *info)
{
    cpu_init_first();              /* %gs: everything may ask which vCPU it runs on */
    stack_protector_init();        /* before the first function with a buffer on its stack */
    trap_init();                   /* from here on a fault ends in a report */
    guest_init(info);              /* who we are, and where our memory is */
    cpu_register_info(cpu_this()); /* the clock, and the address of a page fault */
    shared_info_map();             /* event channels, and what day it is */
    console_init();                /* from here on somebody sees what we print */
    features_init();
    memory_protect_image(); /* text cannot be written, data cannot run, stacks have an end */
    boot_memory_init();
#ifdef HAVE_PAGING
    chunks_init(); /* from here on there are pages to be had */
    region_init();
    p2m_publish();
#endif
#ifdef HAVE_THREADS
    threads_init(); /* from here on this is a thread, and may make others */
#endif
#ifdef HAVE_EVENTS
    events_init();
    timers_init();
    preempt_init(); /* threads take turns */
    inspect_init();
    critical_end();                  /* from here on upcalls come */
    console_set_sleep(thread_sleep); /* who waits for the console lets others run */
#endif
#ifdef HAVE_SMP
    smp_init(); /* threads run on every vCPU */
#endif
#ifdef HAVE_XENSTORE
    console_input_init();    /* people may type */
    CALL_PART(foreign_init); /* other domains' pages can be mapped */
    CALL_PART(grants_init);  /* pages can be shared with other domains */
    store_init();            /* from here on we can talk to the other domains */
    CALL_PART(xenbus_init);  /* devices are found, and their drivers meet the backends */
    suspend_init(info);      /* we can be saved */
    lifecycle_init();        /* and asked for that, and for other things */
#endif
    banner();
    application_end(application_run(option_application_words(guest.command_line)));
}
