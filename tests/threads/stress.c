/* Runs the parts of the stress, or those that the words name, and watches that they go on. Prints TAP lines. */
#include "stress.h"

#include <stardust/clock.h>
#include <stardust/inspect.h>
#include <stardust/options.h>
#include <stardust/panic.h>
#include <stardust/print.h>
#include <stardust/start_info.h>
#include <stardust/timer.h>

#include <xen/errno.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PATIENCE_SECONDS = 20 };

static const struct part {
    const char *name;
    void (*run)(void);
} parts[] = {
#define ROW(name) {#name, test_##name},
    PARTS(ROW)
#undef ROW
};

static const char *running; /* the part's name */
static unsigned failures;   /* of the part; atomic */
static unsigned long moves; /* atomic */
static nsec_t part_end;     /* when it should come to an end */
static nsec_t part_length;  /* how long that is from its beginning */
static uint64_t seed;

void wrong(const char *format, ...)
{
    char text[160];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    if (__atomic_fetch_add(&failures, 1, __ATOMIC_RELAXED) < 5) {
        print("# %s: %s\n", running, text);
    }
}

void moved(void)
{
    __atomic_fetch_add(&moves, 1, __ATOMIC_RELAXED);
}

bool time_left(void)
{
    return clock_monotonic() < part_end;
}

void time_again(void)
{
    part_end = clock_monotonic() + part_length;
}

unsigned vcpu_count(void)
{
    return 32 - (unsigned)__builtin_clz(cpus_started);
}

cpu_mask_t only(unsigned vcpu)
{
    return (cpu_mask_t)1 << vcpu;
}

cpu_mask_t all_vcpus(void)
{
    return cpus_started;
}

struct random randomness(unsigned number)
{
    return random_start(mix_bits(seed) ^ number);
}

static struct thread *begin_with(struct thread_options options, void *(*entry)(void *),
                                 void *argument)
{
    struct thread *t;
    int error = thread_create(&t, &options, entry, argument);

    if (error == -XEN_EINVAL) {
        options.affinity = CPU_MASK_ALL;
        error = thread_create(&t, &options, entry, argument);
    }
    assert_that(error == 0, "%s: no thread: error %d", running, error);
    return t;
}

struct thread *begin(cpu_mask_t affinity, void *(*entry)(void *), void *argument)
{
    return begin_with((struct thread_options){.name = running, .affinity = affinity}, entry,
                      argument);
}

struct thread *begin_first(cpu_mask_t affinity, void *(*entry)(void *), void *argument)
{
    const struct thread_options options = {.name = running, .affinity = affinity, .priority = 1};

    return begin_with(options, entry, argument);
}

void end_all(struct thread **threads, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        int error = thread_join(threads[i], NULL, NSEC_FOREVER);

        moved();
        if (error != 0) {
            wrong("joining a thread: error %d", error);
        }
    }
}

void compute(unsigned times)
{
    for (volatile unsigned i = 0; i < times * 20; i++) {
    }
}

/* Each second, on the vCPU where the run began. */
static void watch(struct timer *timer)
{
    static unsigned long before;
    static unsigned seconds;
    unsigned long now = __atomic_load_n(&moves, __ATOMIC_RELAXED);

    seconds = now == before ? seconds + 1 : 0;
    before = now;
    if (seconds == PATIENCE_SECONDS) {
        inspect_print();
        panic("%s: nothing has moved for %u seconds", running, PATIENCE_SECONDS);
    }
    timer_start(timer, clock_monotonic() + NSEC_PER_SEC);
}

static bool run_part(unsigned number, const struct part *part)
{
    running = part->name;
    failures = 0;
    moved();
    time_again();
    part->run();
    print("%s %u - threads, %u vCPUs: %s\n", failures == 0 ? "ok" : "not ok", number, vcpu_count(),
          part->name);
    return failures == 0;
}

static bool wanted(const char *name, int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], name) == 0) {
            return true;
        }
    }
    return argc <= 1;
}

int main(int argc, char **argv)
{
    static struct timer watchdog;
    unsigned number = 0, failed = 0;

    seed = option_number(guest.command_line, "seed", 1);
    part_length = option_number(guest.command_line, "ms", 100) * NSEC_PER_MSEC;
    print("# seed %lu\n", seed);
    timer_init(&watchdog, watch);
    timer_start(&watchdog, clock_monotonic() + NSEC_PER_SEC);
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        if (wanted(parts[i].name, argc, argv)) {
            failed += !run_part(++number, &parts[i]);
        }
    }
    timer_cancel(&watchdog);
    print("1..%u\n", number);
    return failed == 0 ? 0 : 1;
}
