/* The PV clock's arithmetic against 128-bit arithmetic done step by step. */
#include <stardust/clock.h>

#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include <asm/prctl.h>
#include <sys/syscall.h>

#include <stardust/cpu.h>

#include <xen/xen.h>

#include <CUnit/CUnit.h>

#include "../tap/tap.h"

static void test_units(void)
{
    /* 1 GHz: a tick is a nanosecond when the multiplier is 2^31 and the shift 1. */
    struct vcpu_time_info time = {
        .tsc_timestamp = 1000, .system_time = 5000, .tsc_to_system_mul = 1u << 31, .tsc_shift = 1};

    CU_ASSERT_EQUAL(clock_scale(&time, 1000), 5000);
    CU_ASSERT_EQUAL(clock_scale(&time, 1007), 5007);
}

static void test_negative_shift(void)
{
    struct vcpu_time_info time = {.tsc_to_system_mul = 1u << 31, .tsc_shift = -1};

    CU_ASSERT_EQUAL(clock_scale(&time, 400), 100);
}

/* Ten days after Xen last wrote the page: a 64-bit product would have wrapped long before. */
static void test_long_time(void)
{
    struct vcpu_time_info time = {.tsc_to_system_mul = 0xaaaaaaab, .tsc_shift = -1};
    uint64_t ticks = (uint64_t)3000000000 * 86400 * 10;
    nsec_t exact = (uint64_t)86400 * 10 * 1000000000;
    nsec_t got = clock_scale(&time, ticks);

    CU_ASSERT_TRUE(got - exact < exact / 1000000000 || exact - got < exact / 1000000000);
}

static void test_monotonic(void)
{
    struct vcpu_time_info time = {.tsc_to_system_mul = 0xfedcba98, .tsc_shift = -2};
    nsec_t last = 0;

    for (uint64_t tsc = 0; tsc < 100000000000; tsc += (uint64_t)random() % 1000000) {
        nsec_t now = clock_scale(&time, tsc);

        CU_ASSERT_TRUE_FATAL(now >= last);
        last = now;
    }
}

/* Two vCPUs for which Xen has slightly different figures, as it has in practice. */
static void test_several_cpus(void)
{
    static struct cpu both[2] = {
        {.self = &both[0], .preemption = PREEMPTION_CALM},
        {.self = &both[1], .preemption = PREEMPTION_CALM},
    };
    nsec_t last = 0;

    for (unsigned i = 0; i < 2; i++) {
        both[i].info.time = (struct vcpu_time_info){.tsc_to_system_mul = 0x60000000u + i * 0x100000,
                                                    .system_time = i * 1000};
    }
    cpus_started = 3;
    for (unsigned i = 0; i < 10000; i++) {
        nsec_t now;

        syscall(SYS_arch_prctl, ARCH_SET_GS, &both[i % 2]);
        now = clock_monotonic();
        CU_ASSERT_TRUE_FATAL(now >= last);
        CU_ASSERT_EQUAL_FATAL(both[i % 2].preemption, PREEMPTION_CALM);
        last = now;
    }
    cpus_started = 1;
}

/* Suspended on a host whose clock says `before`, going on where it says `after`: ours goes on from where it was. */
static void suspend_between(struct cpu *cpu, nsec_t before, nsec_t after)
{
    nsec_t seen, now;

    cpu->info.time.system_time = before;
    seen = clock_monotonic();
    clock_suspend();
    cpu->info.time.system_time = after;
    clock_resume();
    now = clock_monotonic();
    CU_ASSERT_TRUE(now >= seen);
    CU_ASSERT_TRUE(now - seen < NSEC_PER_SEC);
    CU_ASSERT_EQUAL(clock_of_xen(NSEC_FOREVER), NSEC_FOREVER);
    CU_ASSERT_TRUE(clock_of_xen(now) >= after);
    CU_ASSERT_TRUE(clock_of_xen(now) - after < NSEC_PER_SEC);
}

static void test_suspended(void)
{
    static struct cpu cpu = {.self = &cpu, .preemption = PREEMPTION_CALM};

    /* A counter that hardly moves: what is seen are the hosts' clocks. */
    cpu.info.time = (struct vcpu_time_info){.tsc_to_system_mul = 1, .tsc_shift = -20};
    syscall(SYS_arch_prctl, ARCH_SET_GS, &cpu);
    suspend_between(&cpu, 1000 * NSEC_PER_SEC, 2000 * NSEC_PER_SEC);
    suspend_between(&cpu, 2001 * NSEC_PER_SEC, 3 * NSEC_PER_SEC);
    suspend_between(&cpu, 4 * NSEC_PER_SEC, 4 * NSEC_PER_SEC);
    /* A deadline long past is no deadline of 0 for Xen, which would be none. */
    CU_ASSERT_EQUAL(clock_of_xen(1), 1);
}

#define TRAP_FLAG ((uint64_t)1 << 8)

static struct cpu traveller = {.self = &traveller, .preemption = PREEMPTION_CALM};
static unsigned long instructions, moment;

/* The new domain's version is the old one's, by chance. */
static void travel(void)
{
    uint32_t version = traveller.info.time.version;

    clock_suspend();
    traveller.info.time.version = version;
    traveller.info.time.system_time += 1000 * NSEC_PER_SEC;
    clock_resume();
}

static void after_instruction(int signal, siginfo_t *info, void *registers)
{
    (void)signal;
    (void)info;
    (void)registers;
    if (++instructions == moment) {
        travel();
    }
}

/* A thread that is suspended before the instruction `moment` of its look at the clock, and goes on elsewhere. */
static nsec_t look_and_travel(void)
{
    nsec_t now;

    instructions = 0;
    __builtin_ia32_writeeflags_u64(__builtin_ia32_readeflags_u64() | TRAP_FLAG);
    now = clock_monotonic();
    __builtin_ia32_writeeflags_u64(__builtin_ia32_readeflags_u64() & ~TRAP_FLAG);
    return now;
}

static void test_suspended_anywhere(void)
{
    const struct sigaction action = {.sa_sigaction = after_instruction, .sa_flags = SA_SIGINFO};
    nsec_t start;

    traveller.info.time = (struct vcpu_time_info){.tsc_to_system_mul = 1, .tsc_shift = -20};
    syscall(SYS_arch_prctl, ARCH_SET_GS, &traveller);
    sigaction(SIGTRAP, &action, NULL);
    start = clock_monotonic();
    for (moment = 1, instructions = 1; instructions >= moment; moment++) {
        CU_ASSERT_TRUE_FATAL(look_and_travel() - start < NSEC_PER_SEC);
    }
    CU_ASSERT_TRUE(moment > 20);
    signal(SIGTRAP, SIG_DFL);
}

int main(void)
{
    static const struct tap_test tests[] = {
        {"one tick is one nanosecond at 1 GHz", test_units},
        {"a negative shift", test_negative_shift},
        {"ten days since the last update", test_long_time},
        {"more ticks are never an earlier time", test_monotonic},
        {"whoever looks, it is never earlier than it was", test_several_cpus},
        {"it stands still while the domain is suspended", test_suspended},
        {"whoever is looking then sees no other time", test_suspended_anywhere},
    };

    return TAP_RUN("clock", tests);
}
