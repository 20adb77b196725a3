/* Threads that are preempted and moved keep their floating-point and vector registers, and leave none of them to others. */
#include "stress.h"

#include <stardust/clock.h>
#include <stardust/fpu.h>

#include <math.h>
#include <string.h>

/* As hold.S has it. */
struct held {
    uint8_t xmm[16][16];
    uint8_t x87[8][16]; /* long doubles */
    uint32_t mxcsr;
    uint16_t control;
    uint16_t unused[5];
    uint8_t upper[16][16]; /* AVX */
};

void registers_hold(const struct held *give, struct held *found, unsigned long turns, bool avx);
void uppers_store(uint8_t to[16][16]);

static void make_pattern(struct held *h, struct random *random)
{
    memset(h, 0, sizeof *h);
    for (unsigned i = 0; i < sizeof h->xmm; i++) {
        h->xmm[i / 16][i % 16] = (uint8_t)random_next(random);
        h->upper[i / 16][i % 16] = (uint8_t)random_next(random);
    }
    for (unsigned i = 0; i < 8; i++) {
        long double value = (long double)(random_next(random) >> 1) / 3;

        memcpy(h->x87[i], &value, 10);
    }
    /* All exceptions masked; how to round, and x87's precision, differ. */
    h->mxcsr = 0x1f80 | (uint32_t)random_below(random, 4) << 13;
    h->control = (uint16_t)(0x37f | random_below(random, 4) << 10);
}

static void compare(const struct held *give, const struct held *found)
{
    if (memcmp(give->xmm, found->xmm, sizeof give->xmm) != 0) {
        wrong("an SSE register has changed");
    }
    if (fpu_has_avx() && memcmp(give->upper, found->upper, sizeof give->upper) != 0) {
        wrong("the upper half of an AVX register has changed");
    }
    if (memcmp(give->x87, found->x87, sizeof give->x87) != 0) {
        wrong("an x87 register has changed");
    }
    if (give->mxcsr != found->mxcsr || give->control != found->control) {
        wrong("mxcsr 0x%x is 0x%x, the x87 control word 0x%x is 0x%x", give->mxcsr, found->mxcsr,
              give->control, found->control);
    }
}

static void *hold(void *argument)
{
    struct random random = randomness((unsigned)(uintptr_t)argument);
    struct held give, found;

    do {
        make_pattern(&give, &random);
        memset(&found, 0, sizeof found);
        registers_hold(&give, &found, 20000, fpu_has_avx());
        compare(&give, &found);
        moved();
    } while (time_left());
    return NULL;
}

/* What each x87 register holds, two bits each: 3 is nothing. The emulated unit does not mind a full stack, so we look. */
static unsigned x87_tags(void)
{
    struct {
        uint32_t control, status, tags, rest[4];
    } environment;

    __asm__ volatile("fnstenv %0; fldenv %0" : "=m"(environment));
    return environment.tags & 0xffff;
}

static bool upper_in_use(void)
{
    uint8_t uppers[16][16] = {{0}};
    uint8_t all = 0;

    if (fpu_has_avx()) {
        uppers_store(uppers);
    }
    for (unsigned i = 0; i < sizeof uppers; i++) {
        all |= uppers[i / 16][i % 16];
    }
    return all != 0;
}

/* Gives way by itself, and finds the x87 stack empty when it goes on: all eight of its registers can be filled. Upper halves, too. */
static void *use_between(void *argument)
{
    struct random random = randomness((unsigned)(uintptr_t)argument);

    do {
        long double sum = 0;

        if (x87_tags() != 0xffff) {
            wrong("the x87 unit holds what another thread left, tags 0x%x", x87_tags());
        }
        if (upper_in_use()) {
            wrong("the upper half of an AVX register holds what another thread left");
        }
        for (unsigned i = 1; i <= 8; i++) {
            sum += sqrtl(i) * sqrtl(i) / (i + 1.0L + sqrtl(4.0L * i * i) / (2.0L * i));
        }
        if (!(sum > 4.0L && sum < 8.0L)) {
            wrong("a sum is %g", (double)sum);
        }
        thread_sleep(clock_monotonic() + random_below(&random, 100) * NSEC_PER_USEC);
    } while (time_left());
    return NULL;
}

void test_registers(void)
{
    struct thread *threads[4 * CPUS_MAX];
    unsigned count = 4 * vcpu_count();

    for (unsigned i = 0; i < count; i++) {
        threads[i] = begin(all_vcpus(), i % 4 == 3 ? use_between : hold, (void *)(uintptr_t)i);
    }
    end_all(threads, count);
}
