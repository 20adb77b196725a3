/* The explorer: see explore.h. Its words are in explore_words.c, its check of upcalls in explore_returns.c. */
#include "explore.h"

#include <limits.h>
#include <string.h>

#include <tests/ktap/random.h>

#include "deliver.h"
#include "explore_begin.h"
#include "explore_choose.h"
#include "explore_hold.h"
#include "explore_point.h"
#include "explore_returns.h"
#include "explore_words.h"
#include "lost.h"
#include "percpu.h"
#include "runner/test.h"
#include "vcpu.h"
#include "virtual_time.h"

/* For explore_point.S. */
greg_t explore_context[CONTEXT_WORDS];
uint64_t explore_ring[RING_SIZE], explore_tag, explore_held_place;
uint32_t explore_ring_next;
int explore_countdown = INT_MAX, explore_weight = 1;
bool explore_returned;

struct runner {
    bool begun, done;
    bool at_point; /* at a call of explore_point, which is part of the instruction behind it */
    greg_t context[CONTEXT_WORDS];
};

static struct {
    bool running, starting;
    const struct explore_options *options;
    struct explore_result result;
    struct runner runners[FAKEXEN_VCPUS];
    greg_t home[CONTEXT_WORDS];
    struct random random;
    unsigned interval, slow;
    int planned;        /* what explore_countdown was set to */
    long until_outside; /* steps until the next call of `outside` */
} run;

bool explore_running(void)
{
    return run.running;
}

static void load(const greg_t *context)
{
    memcpy(explore_context, context, sizeof explore_context);
}

static void finish(enum explore_outcome outcome)
{
    run.result.outcome = outcome;
    run.running = false;
    explore_countdown = INT_MAX;
    hold_end();
    load(run.home);
}

static bool can_run(unsigned vcpu)
{
    return vcpu < fakexen.options.vcpus && begin_is_possible(vcpu, run.options) &&
           vcpu_runs(vcpu) && !run.runners[vcpu].done && !hold_is_on(vcpu, run.result.steps);
}

static bool all_returned(void)
{
    for (unsigned i = 0; i < FAKEXEN_VCPUS; i++) {
        bool must = run.options->functions[i] != NULL && (run.options->background >> i & 1) == 0;

        if (must && !run.runners[i].done) {
            return false;
        }
    }
    return true;
}

/* Each step is looked at while somebody wants to know of it: a test, or who waits for the end of an upcall. */
static void plan(void)
{
    bool each = run.options->step != NULL || returns_awaited();

    run.planned = each ? 0 : (int)random_below(&run.random, 2 * run.interval);
    explore_countdown = run.planned;
}

static void account(void)
{
    unsigned long steps = (unsigned long)(run.planned - explore_countdown);

    run.result.steps += steps;
    run.until_outside -= (long)steps;
    run.planned = explore_countdown;
    if (run.options->step_time != 0) {
        fakexen_time_is(fakexen.now + steps * run.options->step_time);
    }
}

/* At a point, the instruction that an upcall interrupts begins with the call of explore_point. */
static void interrupt(struct runner *r)
{
    struct fakexen_vcpu *v = vcpu_now();
    greg_t interrupted[CONTEXT_WORDS];

    if (!v->kicked) {
        return;
    }
    v->kicked = false;
    r->context[REG_RIP] -= r->at_point ? POINT_LENGTH : 0;
    memcpy(interrupted, r->context, sizeof interrupted);
    if (deliver_if_due(r->context)) {
        returns_expect(interrupted);
        run.result.upcalls++;
        r->at_point = false;
    } else {
        r->context[REG_RIP] += r->at_point ? POINT_LENGTH : 0;
    }
}

static void go_on_with(unsigned vcpu)
{
    struct runner *r = &run.runners[vcpu];

    run.result.switches += vcpu != fakexen.vcpu;
    if (!r->begun) {
        r->begun = true;
        begin_vcpu(vcpu, run.options, &run.random, r->context);
    }
    if (vcpu != fakexen.vcpu) {
        fakexen_run_on(vcpu);
    }
    interrupt(r);
    explore_tag = (uint64_t)vcpu << 32;
    load(r->context);
    plan();
}

static void report_lost(void)
{
    finish(EXPLORE_LOST);
    lost_describe(run.result.what, sizeof run.result.what);
}

static void report_endless(void)
{
    finish(EXPLORE_ENDLESS);
    words_of_loop(&run.result);
}

static void go_on(void)
{
    unsigned next;

    if (all_returned()) {
        finish(EXPLORE_DONE);
        return;
    }
    if (run.result.steps > run.options->budget + hold_allowance()) {
        report_endless();
        return;
    }
    next = choose_vcpu(can_run, &run.random, run.slow);
    while (next == FAKEXEN_VCPUS && (hold_release() || time_next())) {
        next = choose_vcpu(can_run, &run.random, run.slow);
    }
    if (next == FAKEXEN_VCPUS) {
        report_lost();
    } else {
        go_on_with(next);
    }
}

static void call_outside(void)
{
    if (run.options->outside != NULL && run.until_outside <= 0) {
        run.until_outside = 1 + (long)random_below(&run.random, 2 * run.options->outside_interval);
        run.options->outside(random_next(&run.random));
    }
}

/* Returns false when an upcall has not come back as it should have. */
static bool look_at_point(void)
{
    uintptr_t place = (uintptr_t)explore_context[REG_RIP] - POINT_LENGTH;

    if (!returns_check(explore_context, place, &run.result)) {
        finish(EXPLORE_CHANGED);
        return false;
    }
    if (run.options->step != NULL) {
        run.options->step(run.result.steps, place);
    }
    call_outside();
    hold_look(run.result.steps);
    return true;
}

static void save(const greg_t *context, bool at_point)
{
    memcpy(run.runners[fakexen.vcpu].context, context, sizeof explore_context);
    run.runners[fakexen.vcpu].at_point = at_point;
}

void explore_act(void)
{
    if (!run.running) {
        explore_countdown = INT_MAX;
        return;
    }
    account();
    if (run.starting) {
        run.starting = false;
        memcpy(run.home, explore_context, sizeof run.home);
    } else if (explore_returned) {
        explore_returned = false;
        run.runners[fakexen.vcpu].done = true;
    } else if (look_at_point()) {
        save(explore_context, true);
    } else {
        return;
    }
    go_on();
}

/* Whoever has entered Xen gets on its way back what is due. */
void explore_entered_xen(greg_t *registers)
{
    account();
    vcpu_now()->kicked = true;
    save(registers, false);
    go_on();
    memcpy(registers, explore_context, sizeof explore_context);
}

static void choose_manner(void)
{
    static const unsigned intervals[] = {1, 2, 5, 15, 50, 200, 1000};
    static const int weights[] = {1, 4, 16};

    run.random = random_start(run.options->seed);
    run.interval = intervals[random_below(&run.random, ARRAY_LENGTH(intervals))];
    explore_weight = weights[random_below(&run.random, ARRAY_LENGTH(weights))];
    if (run.options->step != NULL) {
        explore_weight = 1; /* who counts wants none left out */
    }
    hold_begin(&run.random, fakexen.options.vcpus);
    run.slow = (unsigned)random_below(&run.random, 2 * fakexen.options.vcpus);
    if (run.options->interval != 0) {
        run.interval = run.options->interval;
    }
}

struct explore_result explore(const struct explore_options *options)
{
    struct explore_options o = *options;

    o.budget = o.budget != 0 ? o.budget : 1000000;
    o.outside_interval = o.outside_interval != 0 ? o.outside_interval : 100;
    memset(&run, 0, sizeof run);
    memset(explore_ring, 0, sizeof explore_ring);
    run.options = &o;
    run.result.seed = o.seed;
    returns_begin(o.entry);
    choose_manner();
    explore_countdown = 0;
    run.running = run.starting = true;
    words_begin(&run.result);
    explore_enter();
    words_end();
    fakexen_run_on(0);
    return run.result;
}
