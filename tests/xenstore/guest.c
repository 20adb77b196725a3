/* Xenstore as a guest uses it: runs the parts, prints TAP lines. The words of the command line: transactions=N watches=N,
 * and dom0=1 when the script dom0 runs beside it. */
#include "guest.h"

#include <stardust/clock.h>
#include <stardust/cpu.h>
#include <stardust/options.h>
#include <stardust/print.h>
#include <stardust/start_info.h>
#include <stardust/thread.h>

#include <stdlib.h>

enum { THREADS_MAX = 16 };

static unsigned tests, failures;
static void (*the_work)(unsigned number);

void check(const char *what, int64_t seen, int64_t wanted)
{
    print("%s %u - xenstore, %u vCPUs: %s\n", seen == wanted ? "ok" : "not ok", ++tests,
          cpu_count(), what);
    if (seen != wanted) {
        failures++;
        print("# it is %ld, and should be %ld\n", seen, wanted);
    }
}

static void *do_work(void *number)
{
    the_work((unsigned)(uintptr_t)number);
    return NULL;
}

static void wait_for(struct thread *t)
{
    if (thread_join(t, NULL, NSEC_FOREVER) != 0) {
        print("Bail out! a thread cannot be joined\n");
        exit(1);
    }
}

void run_threads(unsigned count, void (*work)(unsigned number))
{
    struct thread *threads[THREADS_MAX];

    the_work = work;
    for (unsigned i = 0; i < count; i++) {
        if (thread_create(&threads[i], NULL, do_work, (void *)(uintptr_t)i) != 0) {
            print("Bail out! no memory for a thread\n");
            exit(1);
        }
    }
    for (unsigned i = 0; i < count; i++) {
        wait_for(threads[i]);
    }
}

int main(void)
{
    struct xenstore_statistics s;

    test_values();
    test_directories(option_number(guest.command_line, "dom0", 0) != 0);
    test_watches((unsigned)option_number(guest.command_line, "watches", 300));
    test_transactions((unsigned)option_number(guest.command_line, "transactions", 400));
    s = xenstore_statistics();
    print("# %lu requests, %lu late answers, %lu conflicts, %lu watch events, %lu merged\n",
          s.requests, s.late, s.conflicts, s.events, s.merged);
    print("1..%u\n", tests);
    exit(failures == 0 ? 0 : 1);
}
