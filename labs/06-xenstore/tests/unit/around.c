/* What all files under test share: who we are, the vCPUs, and the time. One copy for both of their builds. */
#include <stardust/clock.h>

#include <tests/fakexen/fakexen.h>

#include <kernel/boot/start_info.c>
#include <kernel/cpu/cpu.c>

nsec_t clock_monotonic(void)
{
    return fakexen.now;
}
