/*
 * The clocks of POSIX. The real-time clock is Xen's plus the time at which the host started, which Xen writes into the
 * shared page. Document: struct shared_info in the public header xen/xen.h.
 */
#include <errno.h>
#include <sys/time.h>
#include <sys/times.h>
#include <time.h>

#include <stardust/barrier.h>
#include <stardust/clock.h>
#include <stardust/shared_info.h>

/* The wall clock when the host started. An odd version, or two that differ: Xen was writing, so read again. */
static nsec_t start_of_host(void)
{
    const volatile struct shared_info *page = &shared_info;
    uint32_t version;
    nsec_t start;

    do {
        version = page->wc_version;
        barrier_read();
        start = ((nsec_t)page->wc_sec_hi << 32 | page->wc_sec) * NSEC_PER_SEC + page->wc_nsec;
        barrier_read();
    } while (version % 2 != 0 || version != page->wc_version);
    return start;
}

static struct timespec timespec_of(nsec_t time)
{
    return (struct timespec){.tv_sec = (time_t)(time / NSEC_PER_SEC),
                             .tv_nsec = (long)(time % NSEC_PER_SEC)};
}

int clock_gettime(clockid_t clock, struct timespec *now)
{
    switch (clock) {
    case CLOCK_REALTIME:
        *now = timespec_of(start_of_host() + clock_of_xen(clock_monotonic()));
        return 0;
    case CLOCK_MONOTONIC:
        *now = timespec_of(clock_monotonic());
        return 0;
    default:
        errno = EINVAL;
        return -1;
    }
}

int clock_getres(clockid_t clock, struct timespec *resolution)
{
    if (clock != CLOCK_REALTIME && clock != CLOCK_MONOTONIC) {
        errno = EINVAL;
        return -1;
    }
    if (resolution != NULL) {
        *resolution = timespec_of(1);
    }
    return 0;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone)
{
    nsec_t time = start_of_host() + clock_monotonic();

    (void)zone;
    now->tv_sec = (time_t)(time / NSEC_PER_SEC);
    now->tv_usec = (suseconds_t)(time % NSEC_PER_SEC / 1000);
    return 0;
}

/* All time is spent in the program: there is nobody else in the image. */
clock_t times(struct tms *spent)
{
    clock_t now = (clock_t)(clock_monotonic() / (NSEC_PER_SEC / CLOCKS_PER_SEC));

    *spent = (struct tms){.tms_utime = now};
    return now;
}
