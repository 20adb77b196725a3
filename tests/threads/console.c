/*
 * The console's other end takes nothing for a while: threads that print sleep, and keep nobody from running; what each of them
 * prints comes as a whole, in the order in which they came.
 */
#include "stress.h"

#include <stardust/bytes.h>
#include <stardust/clock.h>
#include <stardust/console.h>
#include <stardust/print.h>
#include <stardust/start_info.h>

enum { PRINTERS = 4, STEP = 3 };

/* What is printed goes here, at most STEP bytes at a time once it is open. */
static struct {
    bool open; /* atomic */
    size_t length;
    char text[64];
} sink;

static size_t take(const char *bytes, size_t length)
{
    size_t room = sizeof sink.text - sink.length;
    size_t taken = length < STEP ? length : STEP;

    taken = __atomic_load_n(&sink.open, __ATOMIC_ACQUIRE) ? taken : 0;
    taken = taken < room ? taken : room;
    memcpy(sink.text + sink.length, bytes, taken);
    sink.length += taken;
    return taken;
}

static void wait(nsec_t deadline)
{
    (void)deadline;
}

static bool drained(void)
{
    return true;
}

static void *print_line(void *argument)
{
    print("thread %u\n", (unsigned)(uintptr_t)argument);
    return NULL;
}

static bool sleeps_or_has_ended(const struct thread *t)
{
    return *(const char *const volatile *)&t->waits_for != NULL ||
           *(const volatile bool *)&t->ended;
}

/* They print one after the other, on all vCPUs. */
static void print_while_closed(void)
{
    struct thread *threads[PRINTERS];

    for (unsigned i = 0; i < PRINTERS; i++) {
        threads[i] = begin(only(i % vcpu_count()), print_line, (void *)(uintptr_t)i);
        while (!sleeps_or_has_ended(threads[i])) {
            thread_yield();
        }
    }
    __atomic_store_n(&sink.open, true, __ATOMIC_RELEASE);
    end_all(threads, PRINTERS);
}

/* Only the first domain's console is the same one afterwards. */
void test_console(void)
{
    static const struct console_sink slow = {
        .name = "nobody who reads", .write = take, .wait = wait, .drained = drained};
    static const char wanted[] = "thread 0\nthread 1\nthread 2\nthread 3\n";
    nsec_t begun = clock_monotonic();

    if (!guest.first_domain) {
        return;
    }
    sink.open = false;
    sink.length = 0;
    console_attach(&slow);
    print_while_closed();
    console_attach(&console_xen);
    if (clock_monotonic() - begun >= CONSOLE_PATIENCE) {
        wrong("others could not run until the console's patience was at its end");
    }
    if (sink.length != sizeof wanted - 1 || memcmp(sink.text, wanted, sink.length) != 0) {
        wrong("printed: \"%.*s\"", (int)sink.length, sink.text);
    }
}
