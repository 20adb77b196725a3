/* The monotonic clock: see stardust/clock.h. */
#include <stardust/clock.h>

#include <stardust/barrier.h>
#include <stardust/cpu.h>

nsec_t clock_scale(const struct vcpu_time_info *time, uint64_t tsc)
{
    uint64_t ticks = tsc - time->tsc_timestamp;

    ticks = time->tsc_shift >= 0 ? ticks << time->tsc_shift : ticks >> -time->tsc_shift;
    /* The product has up to 96 bits: 64-bit arithmetic would wrap after four seconds. */
    return time->system_time + (nsec_t)((unsigned __int128)ticks * time->tsc_to_system_mul >> 32);
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
