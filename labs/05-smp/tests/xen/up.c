/* Exercises 5.4 to 5.7 on the real hypervisor: every vCPU works, can be called, and takes threads. See parts.h. */
#include "parts.h"

#include <stardust/clock.h>
#include <stardust/print.h>
#include <stardust/smp.h>
#include <stardust/thread.h>

#include <tests/ktap/guest.h>
#include <tests/ktap/vcpus.h>

static char did[160];
static uint64_t run_seed, sum;

void test_up(void)
{
    unsigned online = vcpus_online(), all = cpu_count();

    guest_report_value("vcpus", online);
    format_text(did, sizeof did, "%u vCPUs are in cpus_online, and Xen knows %u", online, all);
    guest_report_test("smp.up", online == all,
                      &(struct guest_failure){
                          .rule = "every vCPU comes up, and says so when it is ready",
                          .did = did,
                          .expected = "all of them",
                          .usually = "smp_begin does not put itself into cpus_online: see 5.7",
                      });
}

/* The number is read at every step: somewhere else the result would be another. */
static void *calculate(void *number)
{
    uint64_t hash = vcpus_word(run_seed, "result", (uintptr_t)number);

    for (unsigned i = 0; i < VCPUS_STEPS; i++) {
        hash = vcpus_step(hash, cpu_this()->number);
    }
    __atomic_fetch_add(&sum, hash, __ATOMIC_RELAXED);
    return NULL;
}

void test_results(uint64_t seed)
{
    bool good;

    run_seed = seed;
    sum = 0;
    good = on_each_vcpu(0, calculate);
    guest_report_value("vcpu_results", sum);
    guest_report_test("smp.results", good,
                      &(struct guest_failure){
                          .rule = "a thread that may run on one vCPU alone runs there",
                          .did = "a thread on some vCPU did not end within ten seconds",
                          .expected = "all threads end",
                          .usually = "that vCPU has no idle thread of its own, or never looks at "
                                     "its run queue: see 5.4 and 5.7",
                      });
}

static unsigned call;

static void on_call(void *seed)
{
    uint64_t number = (uint64_t)call * VCPUS_MOST + cpu_this()->number;

    __atomic_fetch_add(&sum, vcpus_word(*(const uint64_t *)seed, "call", number), __ATOMIC_RELAXED);
}

void test_calls(uint64_t seed)
{
    sum = 0;
    for (call = 0; call < VCPUS_CALLS; call++) {
        smp_call(vcpus_called(seed, call, vcpus_online()), on_call, &seed);
    }
    guest_report_value("calls", sum);
    guest_report_test("smp.calls", true, NULL);
}

static void *travel(void *result)
{
    uint64_t hash = run_seed;

    for (unsigned step = 0; step < VCPUS_JOURNEY; step++) {
        unsigned stop = vcpus_stop(run_seed, step, vcpus_online());

        if (thread_set_affinity(thread_current(), (cpu_mask_t)1 << stop) != 0) {
            break;
        }
        hash = vcpus_step(hash, cpu_this()->number);
    }
    *(uint64_t *)result = hash;
    return NULL;
}

void test_journey(uint64_t seed)
{
    static uint64_t hash;
    struct thread *traveller;
    bool good;

    run_seed = seed;
    good = thread_create(&traveller, NULL, travel, &hash) == 0 &&
           thread_join(traveller, NULL, clock_monotonic() + PATIENCE) == 0;
    guest_report_value("journey", hash);
    guest_report_test("smp.journey", good,
                      &(struct guest_failure){.rule = "a thread goes where its affinity says",
                                              .did = "it was not made, or not joined",
                                              .expected = "two hundred moves"});
}
