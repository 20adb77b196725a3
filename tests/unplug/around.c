/* What the kernel's files under test need of others: see around.h. */
#include "around.h"

#include <stdlib.h>
#include <string.h>

#include <stardust/clock.h>
#include <stardust/heap.h>
#include <stardust/mutex.h>
#include <stardust/schedule.h>
#include <stardust/semaphore.h>
#include <stardust/smp.h>
#include <stardust/timer.h>
#include <stardust/upcall.h>

#include <kernel/cpu/smp_parts.h>
#include <kernel/mm/slab.h>
#include <kernel/sched/life.h>
#include <kernel/sched/stack.h>
#include <kernel/xen/event_table.h>

#include <tests/fakexen/explore.h>
#include <tests/fakexen/runner/test.h>

#include <xen/callback.h>

extern struct event_record *as_built_event_records[];

void as_built_upcall_entry(void);
void as_built_event_dispatch(void);
void as_built_balance_init(void);
void as_built_smp_calls_init_this(void);

struct thread around_threads[VCPUS], around_sleeper;

static void *(*steward)(void *argument);
static void *steward_argument;

void *heap_alloc_zeroed(size_t size)
{
    return calloc(1, size);
}

void heap_free(void *block)
{
    free(block);
}

/* Waiting, for whatever may be in the places of these. */
static void wait_for(const volatile unsigned *units)
{
    while (*units == 0) {
        explore_here();
    }
}

int semaphore_down(struct semaphore *s, nsec_t deadline)
{
    (void)deadline;
    wait_for(&s->units);
    s->units--;
    return 0;
}

void semaphore_up(struct semaphore *s)
{
    s->units++;
    explore_here();
}

void mutex_lock(struct mutex *m)
{
    while (*(volatile uintptr_t *)&m->owner != 0) {
        explore_here();
    }
    m->owner = (uintptr_t)thread_current();
}

void mutex_unlock(struct mutex *m)
{
    m->owner = 0;
    explore_here();
}

void thread_block(void)
{
    struct thread *self = thread_current();

    while (!*(volatile bool *)&self->wake_pending) {
        explore_here();
    }
    self->wake_pending = false;
}

void thread_sleep(nsec_t deadline)
{
    (void)deadline;
    explore_here();
}

void thread_list_each(void (*function)(struct thread *t))
{
    function(&around_sleeper);
}

/* The steward's vCPU waits for it. */
int thread_create(struct thread **thread, const struct thread_options *options,
                  void *(*entry)(void *), void *argument)
{
    *thread = &around_threads[__builtin_ctz(options->affinity)];
    steward_argument = argument;
    steward = entry;
    return 0;
}

void around_steward(void *unused)
{
    (void)unused;
    while (*(void *(*volatile *)(void *)) & steward == NULL) {
        explore_here();
    }
    steward(steward_argument);
}

void upcall_handle(void)
{
    as_built_event_dispatch();
}

/* Nobody runs threads from the queues here: what is in them is what the test looks at. */
void schedule_preempt(bool first)
{
    (void)first;
}

void preempt_now(void)
{
}

void threads_print(void)
{
}

void timers_take_over(struct cpu *from)
{
    (void)from;
}

bool timer_cancel(struct timer *timer)
{
    (void)timer;
    return false;
}

void slab_flush_all(void)
{
}

void stack_leave(void)
{
}

void page_cache_drain(void)
{
}

void smp_init_this(void)
{
}

/* Xen has not forgotten the vCPU, and does not look. */
void smp_fill_context(struct vcpu_guest_context *context, const struct cpu *cpu)
{
    (void)context;
    (void)cpu;
}

static struct thread thread_on(unsigned vcpu, enum thread_state state)
{
    return (struct thread){.state = state,
                           .cpu = cpus[vcpu],
                           .priority = THREAD_PRIORITY_DEFAULT,
                           .affinity = CPU_MASK_ALL,
                           .asked = CPU_MASK_ALL,
                           .slice_left = 1};
}

static void make_port(evtchn_t port, unsigned vcpu)
{
    fakexen.ports[port] = (struct fakexen_port){.state = PORT_IPI, .vcpu = vcpu, .used = true};
    fakexen.shared_info->evtchn_mask[0] |= (xen_ulong_t)1 << port;
}

static void make_vcpu(unsigned vcpu)
{
    struct cpu *cpu = cpus[vcpu];

    around_threads[vcpu] = thread_on(vcpu, THREAD_RUNNING);
    runqueue_init(&cpu->runqueue);
    cpu->current = &around_threads[vcpu];
    cpu->idle = NULL;
    cpu->kick_port = 10 + vcpu;
    cpu->reschedule_port = 20 + vcpu;
    make_port(cpu->kick_port, vcpu);
    make_port(cpu->reschedule_port, vcpu);
    fakexen.vcpus[vcpu].callbacks[CALLBACKTYPE_event] = (uintptr_t)as_built_upcall_entry;
    fakexen_run_on(vcpu);
    as_built_smp_calls_init_this();
}

void around_again(void)
{
    static bool balanced;

    fakexen_again();
    memset(as_built_event_records, 0, sizeof as_built_event_records[0] * EVENT_WORDS);
    for (unsigned vcpu = 0; vcpu < VCPUS; vcpu++) {
        make_vcpu(vcpu);
    }
    fakexen_run_on(0);
    around_sleeper = thread_on(0, THREAD_WAITING);
    if (!balanced) {
        as_built_balance_init();
        balanced = true;
    }
}
