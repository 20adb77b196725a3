/*
 * Ports that change hands while events come: one that moves to another vCPU loses none, and never runs on two at once;
 * one that is unbound is handled no more.
 */
#include "around.h"
#include "suites.h"

#include <stardust/cpu.h>
#include <stardust/event.h>

#include <tests/fakexen/explore.h>
#include <tests/fakexen/runner/test.h>

#define VCPUS  3
#define SEEDS  30
#define ROUNDS 10
#define EVENTS 30  /* at most, so that vCPUs have time for other things */
#define LONG   200 /* steps */
#define MOVED  70  /* the port that moves: not in the first word */

int as_built_event_listen(evtchn_t port, event_handler *handler, void *context);
int as_built_event_move(evtchn_t port, unsigned cpu);
int as_built_event_bind_ipi(unsigned cpu, event_handler *handler, void *context);
void as_built_event_notify(evtchn_t port);
void as_built_event_unbind(evtchn_t port);
void as_built_event_look(void);

static volatile unsigned told, handled, inside;
static volatile bool bound, done;

/* What slice.c does, but for the wish. */
static void reschedule(evtchn_t port, void *context)
{
    (void)port;
    (void)context;
    as_built_event_look();
}

/* The port by which a vCPU is made to look. */
static void make_reschedule_port(unsigned vcpu)
{
    int port = as_built_event_bind_ipi(vcpu, reschedule, NULL);

    CHECK(port > 0, .did = text("could not bind a port: error %d", port));
    fakexen_cpu(vcpu)->reschedule_port = (evtchn_t)port;
}

static void prepare(void)
{
    around_again(VCPUS);
    told = handled = inside = 0;
    bound = done = false;
    for (unsigned vcpu = 0; vcpu < VCPUS; vcpu++) {
        make_reschedule_port(vcpu);
    }
}

/* As long as another vCPU needs to take the port away. */
static void take_long(void)
{
    for (unsigned i = 0; i < LONG; i++) {
        explore_here();
    }
}

static void on_moved(evtchn_t port, void *context)
{
    unsigned now = told;

    (void)port;
    (void)context;
    CHECK(inside == 0, .rule = "a port's handler never runs on two vCPUs at once",
          .did = text("called it on vCPU %u while it ran on another one", fakexen.vcpu),
          .where = (const void *)as_built_event_move);
    inside++;
    take_long();
    handled = now;
    inside--;
}

static void prepare_moves(void)
{
    prepare();
    fakexen.ports[MOVED] = (struct fakexen_port){.state = PORT_BOUND, .used = true};
    as_built_event_listen(MOVED, on_moved, NULL);
}

static void tell(uint64_t random)
{
    (void)random;
    if (!done && told < EVENTS) {
        told++;
        fakexen_event(MOVED);
    }
}

/* Enters Xen no more: the upcall has to come by itself. */
static void work(void *argument)
{
    (void)argument;
    while (!done || handled != told) {
        explore_here();
    }
}

static void move(void *argument)
{
    (void)argument;
    for (unsigned i = 0; i < ROUNDS; i++) {
        as_built_event_move(MOVED, 1 - i % 2);
        for (unsigned step = 0; step < 20 * i; step++) {
            explore_here();
        }
    }
    done = true;
}

static void test_moves(void)
{
    const struct explore_options options = {
        .functions = {work, work, move},
        .budget = 2000000,
        .outside = tell,
        .outside_interval = 1500,
        .entry = as_built_upcall_entry,
    };

    fakexen_start(&(struct fakexen_options){.vcpus = VCPUS, .seed = test_seed()});
    explore_seeds(&options, SEEDS, prepare_moves, NULL);
}

static void check_bound(void)
{
    CHECK(bound, .rule = "when event_unbind has returned, the port's handler does not run",
          .did = "returned before the handler had", .where = (const void *)as_built_event_unbind);
}

static void on_bound(evtchn_t port, void *context)
{
    (void)port;
    (void)context;
    check_bound();
    take_long();
    check_bound();
}

static void wait_for_end(void *argument)
{
    (void)argument;
    while (!done) {
        explore_here();
    }
}

static void bind_and_unbind(void *argument)
{
    (void)argument;
    for (unsigned i = 0; i < ROUNDS; i++) {
        int port;

        bound = true;
        port = as_built_event_bind_ipi(0, on_bound, NULL);
        CHECK(port > 0, .did = text("could not bind a port: error %d", port));
        as_built_event_notify((evtchn_t)port);
        for (unsigned step = 0; step < 20 * i; step++) {
            explore_here();
        }
        as_built_event_unbind((evtchn_t)port);
        bound = false;
    }
    done = true;
}

static void test_unbinds(void)
{
    const struct explore_options options = {
        .functions = {wait_for_end, bind_and_unbind},
        .budget = 2000000,
        .entry = as_built_upcall_entry,
    };

    fakexen_start(&(struct fakexen_options){.vcpus = VCPUS, .seed = test_seed()});
    explore_seeds(&options, SEEDS, prepare, NULL);
}

CU_TestInfo port_tests[] = {
    {"moves", test_moves},
    {"unbinds", test_unbinds},
    CU_TEST_INFO_NULL,
};
