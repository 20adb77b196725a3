/* Holding a vCPU back at one place in the code: see explore_hold.h. */
#include "explore_hold.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "explore_point.h"
#include "fakexen.h"

#define MOST_STEPS 20000 /* so long at most */
#define MOST_TIMES 16    /* so often at most: the place may be in a loop */

/* The linker makes these for a section whose name is a word: all code under test is in it. */
extern const char __start_kernel_text[], __stop_kernel_text[];

void explore_point(void);
void explore_point_shared(void);

static uint32_t *points; /* the addresses behind the calls of explore_point */
static size_t count;

static struct {
    unsigned vcpu;
    bool on;
    unsigned long until; /* steps */
    unsigned times;
} hold;

static bool is_point(const char *code)
{
    int32_t distance;
    uintptr_t target;

    memcpy(&distance, code + 1, sizeof distance);
    target = (uintptr_t)code + POINT_LENGTH + (uintptr_t)(intptr_t)distance;
    return *code == (char)0xe8 &&
           (target == (uintptr_t)explore_point || target == (uintptr_t)explore_point_shared);
}

static void find_points(void)
{
    for (const char *code = __start_kernel_text; code + POINT_LENGTH <= __stop_kernel_text;
         code++) {
        if (is_point(code)) {
            points = realloc(points, (count + 1) * sizeof *points);
            points[count++] = (uint32_t)(uintptr_t)(code + POINT_LENGTH);
        }
    }
}

void hold_begin(struct random *random, unsigned vcpus)
{
    if (points == NULL) {
        find_points();
    }
    memset(&hold, 0, sizeof hold);
    hold.vcpu = (unsigned)random_below(random, vcpus);
    explore_held_place = 0;
    if (count > 0 && random_below(random, 2) != 0) {
        explore_held_place = points[random_below(random, count)] | (uint64_t)hold.vcpu << 32;
    }
}

void hold_look(unsigned long steps)
{
    uint64_t place = (uint64_t)explore_context[REG_RIP] | explore_tag;

    if (place != explore_held_place) {
        return;
    }
    hold.on = true;
    hold.until = steps + MOST_STEPS;
    if (++hold.times == MOST_TIMES) {
        explore_held_place = 0;
    }
}

bool hold_is_on(unsigned vcpu, unsigned long steps)
{
    return hold.on && hold.vcpu == vcpu && steps < hold.until;
}

bool hold_release(void)
{
    bool was = hold.on;

    hold.on = false;
    return was;
}

unsigned long hold_allowance(void)
{
    return (unsigned long)hold.times * MOST_STEPS;
}

void hold_end(void)
{
    explore_held_place = 0;
}
