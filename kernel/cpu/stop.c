/* Stopping the other vCPUs for the report of a panic, and their part in it: see stardust/smp.h. */
#include <stardust/smp.h>

#include <stardust/clock.h>
#include <stardust/hypercall.h>
#include <stardust/print.h>
#include <stardust/report.h>
#include <stardust/symbols.h>
#include <stardust/thread.h>
#include <stardust/trap.h>

/* Set once, when the others are to stop; read by them. */
static bool stopping;

/* Those who have, and where each of them was. Atomic. */
static cpu_mask_t stopped;
static const struct registers *places[CPUS_MAX];

/* A non-maskable interrupt, so that it comes to those who wait for a lock with upcalls masked, too. */
static bool on_nmi(const struct registers *registers)
{
    unsigned cpu = cpu_this()->number;
    struct sched_poll nothing = {0};

    if (!__atomic_load_n(&stopping, __ATOMIC_ACQUIRE)) {
        return false;
    }
    places[cpu] = registers;
    __atomic_fetch_or(&stopped, (cpu_mask_t)1 << cpu, __ATOMIC_RELEASE);
    for (;;) {
        hypercall_sched_op(SCHEDOP_poll, &nothing);
    }
}

static cpu_mask_t others(void)
{
    return __atomic_load_n(&cpus_online, __ATOMIC_ACQUIRE) & ~((cpu_mask_t)1 << cpu_this()->number);
}

cpu_mask_t smp_stop_others(void)
{
    nsec_t deadline = clock_monotonic() + NSEC_PER_SEC;
    cpu_mask_t left = others();

    __atomic_store_n(&stopping, true, __ATOMIC_RELEASE);
    for (unsigned cpu = 0; cpu < CPUS_MAX; cpu++) {
        if (left >> cpu & 1) {
            hypercall_vcpu_op(VCPUOP_send_nmi, cpu, NULL);
        }
    }
    do {
        cpu_relax();
        left = others() & ~__atomic_load_n(&stopped, __ATOMIC_ACQUIRE);
    } while (left != 0 && clock_monotonic() < deadline);
    return left;
}

static void report_cpu(unsigned number)
{
    const struct thread *t = cpus[number]->current;
    const struct registers *registers = places[number];

    if (registers == NULL) {
        print("  vCPU %u, thread %s: did not stop\n", number, t->name);
        return;
    }
    print("  vCPU %u, thread %s%s\n", number, t->name,
          t == cpus[number]->idle ? "" : ", call chain");
    if (t != cpus[number]->idle) {
        report_place(registers->rip);
        report_call_chain(t, registers->rbp);
    }
}

static void report_others(void)
{
    cpu_mask_t mask = others();

    for (unsigned number = 0; number < CPUS_MAX; number++) {
        if (mask >> number & 1) {
            report_cpu(number);
        }
    }
}

void smp_stop_init(void)
{
    trap_set_nmi_handler(on_nmi);
    report_set_others(smp_stop_others, report_others);
}
