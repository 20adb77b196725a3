/* The monotonic clock: see stardust/clock.h. */
#include <stardust/clock.h>

#include <stardust/barrier.h>
#include <stardust/cpu.h>

nsec_t clock_scale(const struct vcpu_time_info *time, uint64_t tsc)
{
    return time->system_time + clock_ticks(time, tsc - time->tsc_timestamp);
}

/* Xen makes the version odd while it writes, and different when it is done. */
nsec_t clock_monotonic(void)
{
    const struct vcpu_time_info *source = &cpu_this()->info.time;
    const volatile uint32_t *version = &source->version;
    uint32_t before;
    nsec_t now;

    do {
        before = *version & ~(uint32_t)1;
        barrier_read();
        now = clock_scale(source, cpu_tsc());
        barrier_read();
    } while (*version != before);
    return now;
}
