/*
 * A guest that lives on through all that the toolstack does to it: threads compute on every vCPU, others sleep, the clock is
 * watched. When it is asked to end, it says what it found.
 */
#include <stardust/clock.h>
#include <stardust/cpu.h>
#include <stardust/fpu.h>
#include <stardust/lifecycle.h>
#include <stardust/options.h>
#include <stardust/panic.h>
#include <stardust/print.h>
#include <stardust/semaphore.h>
#include <stardust/start_info.h>
#include <stardust/suspend.h>
#include <stardust/thread.h>

#include <tests/ktap/random.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool over; /* atomic */
static struct semaphore asked_to_end = SEMAPHORE(0);
static unsigned failures; /* atomic */

static void check(bool right, const char *what)
{
    static unsigned number;

    print("%s %u - life: %s\n", right ? "ok" : "not ok", ++number, what);
    failures += !right;
}

static unsigned vcpus_online(void)
{
    unsigned count = 0;

    for (cpu_mask_t left = cpus_online; left != 0; left &= left - 1) {
        count++;
    }
    return count;
}

static bool goes_on(void)
{
    return !__atomic_load_n(&over, __ATOMIC_ACQUIRE);
}

/*
 * Each turn adds up the same numbers, in integers and in floating point, and must come to the same sums as the first: registers
 * hold them while whatever happens happens.
 */
static struct worker {
    struct thread *thread;
    unsigned number;
    uint64_t turns;
    uint64_t sum;
    double real;
    uint64_t wrong;
} workers[4];

enum { STEPS = 1000 };

static void compute(const struct worker *w, uint64_t *sum, double *real)
{
    struct random random = random_start(w->number);

    *sum = 0;
    *real = 0;
    for (unsigned i = 0; i < STEPS; i++) {
        uint64_t next = random_next(&random) & 0xffff;

        *sum = *sum * 31 + next;
        *real = *real * 0.5 + (double)next;
    }
}

/* The upper half of an AVX register, of which the compiler knows nothing here. */
static void put_upper(const uint64_t half[2])
{
    if (fpu_has_avx()) {
        __asm__ volatile("vinsertf128 $1, (%0), %%ymm15, %%ymm15" : : "r"(half) : "memory");
    }
}

static bool upper_is(const uint64_t half[2])
{
    uint64_t found[2] = {half[0], half[1]};

    if (fpu_has_avx()) {
        __asm__ volatile("vextractf128 $1, %%ymm15, (%0)" : : "r"(found) : "memory");
    }
    return memcmp(found, half, sizeof found) == 0;
}

/* The word rest=N lets others run, N ms each turn: in a machine that has few processors. */
static void *work(void *argument)
{
    struct worker *w = argument;
    nsec_t rest = option_number(guest.command_line, "rest", 0) * NSEC_PER_MSEC;

    compute(w, &w->sum, &w->real);
    while (goes_on()) {
        uint64_t sum;
        double real;
        const uint64_t half[2] = {w->turns, w->number};

        put_upper(half);
        compute(w, &sum, &real);
        w->wrong += sum != w->sum || real != w->real || !upper_is(half);
        w->turns++;
        if (rest > 0) {
            thread_sleep(clock_monotonic() + rest);
        }
    }
    return NULL;
}

/* What has been seen by anybody; nobody sees less afterwards. */
static nsec_t latest;       /* atomic */
static unsigned long back;  /* how often the clock was behind that; atomic */
static unsigned long slept; /* sleeps that have ended; atomic */
static unsigned long too_early;

static void look_at_clock(void)
{
    nsec_t before = __atomic_load_n(&latest, __ATOMIC_ACQUIRE);
    nsec_t now = clock_monotonic();

    if (now < before) {
        __atomic_fetch_add(&back, 1, __ATOMIC_RELAXED);
    }
    while (before < now && !__atomic_compare_exchange_n(&latest, &before, now, true,
                                                        __ATOMIC_SEQ_CST, __ATOMIC_ACQUIRE)) {
    }
}

static void *watch_clock(void *unused)
{
    while (goes_on()) {
        for (unsigned i = 0; i < 100; i++) {
            look_at_clock();
        }
        thread_sleep(clock_monotonic() + NSEC_PER_MSEC);
    }
    return unused;
}

static void *sleep_often(void *unused)
{
    while (goes_on()) {
        nsec_t deadline = clock_monotonic() + 3 * NSEC_PER_MSEC;

        thread_sleep(deadline);
        too_early += clock_monotonic() < deadline;
        __atomic_fetch_add(&slept, 1, __ATOMIC_RELAXED);
    }
    return unused;
}

static nsec_t suspended_at;

static void note_time(struct suspend_listener *listener)
{
    (void)listener;
    suspended_at = clock_monotonic();
}

static void say_restored(struct suspend_listener *listener, bool cancelled)
{
    (void)listener;
    print("%s %u, %u vCPUs\n", cancelled ? "cancelled after" : "restored", suspend_count(),
          vcpus_online());
    if (clock_monotonic() < suspended_at) {
        __atomic_fetch_add(&back, 1, __ATOMIC_RELAXED);
    }
}

static void end(enum lifecycle_end how)
{
    print("asked for %s\n", how == LIFECYCLE_REBOOT ? "a reboot" : "an end");
    semaphore_up(&asked_to_end);
}

static struct thread *begin(const char *name, unsigned vcpu, void *(*entry)(void *), void *argument)
{
    struct thread_options options = {.name = name};
    struct thread *t;

    if (vcpu < CPUS_MAX && (cpus_online >> vcpu & 1)) {
        options.affinity = (cpu_mask_t)1 << vcpu;
    }
    assert_that(thread_create(&t, &options, entry, argument) == 0, "no thread");
    return t;
}

static void finish(struct thread **others, unsigned count)
{
    __atomic_store_n(&over, true, __ATOMIC_RELEASE);
    for (unsigned i = 0; i < ARRAY_LENGTH(workers); i++) {
        thread_join(workers[i].thread, NULL, NSEC_FOREVER);
        check(workers[i].turns > 0 && workers[i].wrong == 0, "a thread's sums are right");
    }
    for (unsigned i = 0; i < count; i++) {
        thread_join(others[i], NULL, NSEC_FOREVER);
    }
    check(back == 0, "the clock never went back");
    check(slept > 0 && too_early == 0, "nobody slept too short");
}

static void said_at_exit(void)
{
    print("the functions of atexit run\n");
}

int main(void)
{
    static struct suspend_listener listener = {.before = note_time, .after = say_restored};
    struct thread *others[3];

    atexit(said_at_exit);
    if (option_number(guest.command_line, "plain", 0) != 0) {
        print("waiting to be asked\n");
        thread_sleep(NSEC_FOREVER);
    }
    lifecycle_on_end(end);
    suspend_listen(&listener);
    for (unsigned i = 0; i < ARRAY_LENGTH(workers); i++) {
        workers[i].number = i;
        workers[i].thread = begin("worker", i, work, &workers[i]);
    }
    others[0] = begin("clock", CPUS_MAX, watch_clock, NULL);
    others[1] = begin("clock", CPUS_MAX, watch_clock, NULL);
    others[2] = begin("sleeper", CPUS_MAX, sleep_often, NULL);
    print("alive on %u vCPUs\n", vcpus_online());
    semaphore_down(&asked_to_end, NSEC_FOREVER);
    finish(others, ARRAY_LENGTH(others));
    print("1..%u\n", 6);
    return failures == 0 ? 0 : 1;
}
