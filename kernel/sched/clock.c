/* The monotonic clock: see stardust/clock.h. */
#include <stardust/clock.h>

#include <stardust/barrier.h>
#include <stardust/cpu.h>
#include <stardust/preempt.h>

nsec_t clock_scale(const struct vcpu_time_info *time, uint64_t tsc)
{
    return time->system_time + clock_ticks(time, tsc - time->tsc_timestamp);
}

nsec_t clock_offset;

/*
 * Xen makes the version odd while it writes, and different when it is done; clock_resume does so for the offset. Context: we stay
 * on this vCPU; the domain may be suspended meanwhile.
 */
static inline nsec_t read_here(void)
{
    const struct vcpu_time_info *source = &cpu_this()->info.time;
    const volatile uint32_t *version = &source->version;
    uint32_t before;
    nsec_t now;

    do {
        before = *version & ~(uint32_t)1;
        barrier_read();
        now = clock_scale(source, cpu_tsc()) + clock_offset;
        barrier_read();
    } while (*version != before);
    return now;
}

/* The latest time that any vCPU has seen. Atomic. */
static nsec_t latest;

/* Xen's figures for the vCPUs differ a little, unless it says that they do not. Nobody sees a time before one that was seen. */
static nsec_t not_before_latest(nsec_t now)
{
    nsec_t seen = __atomic_load_n(&latest, __ATOMIC_RELAXED);

    do {
        if (seen >= now) {
            return seen;
        }
    } while (!__atomic_compare_exchange_n(&latest, &seen, now, true, __ATOMIC_SEQ_CST,
                                          __ATOMIC_RELAXED));
    return now;
}

/* With several vCPUs we must not move from one to another in between. */
__attribute__((noinline)) static nsec_t read_among_others(void)
{
    nsec_t now;
    bool stable;

    preempt_disable();
    now = read_here();
    stable = (cpu_this()->info.time.flags & XEN_PVCLOCK_TSC_STABLE_BIT) != 0;
    preempt_enable();
    return stable ? now : not_before_latest(now);
}

nsec_t clock_monotonic(void)
{
    return cpus_started == 1 ? read_here() : read_among_others();
}

/* When it was suspended, and the version then. */
static struct {
    nsec_t time;
    uint32_t version;
} stopped;

void clock_suspend(void)
{
    stopped.time = clock_monotonic();
    stopped.version = cpu_this()->info.time.version;
}

/*
 * What any vCPU has seen before is not later than that. In a new domain Xen's versions begin anew, and one that somebody is just
 * comparing with must not come again: it is another offset's. Xen goes on from the version that it finds.
 */
void clock_resume(void)
{
    volatile uint32_t *version = &cpu_this()->info.time.version;

    clock_offset += stopped.time - read_here();
    *version = (stopped.version | 1) + 1;
}
