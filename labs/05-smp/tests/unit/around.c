/* The kernel around the student's files: see around.h. */
#include "around.h"

#include <string.h>

#include <kernel/sched/life.h>

#include <stardust/clock.h>
#include <stardust/heap.h>
#include <stardust/hypercall.h>
#include <stardust/memory.h>
#include <stardust/panic.h>
#include <stardust/schedule.h>
#include <stardust/start_info.h>

#include <tests/fakexen/explore.h>

/* One copy for both builds of the files under test. */
#include <kernel/boot/start_info.c>
#include <kernel/cpu/cpu.c>

#include <xen/event_channel.h>

#define MEMORY_PAGES 192
#define BLOCK_PAGES  8 /* of the heap: nothing here is larger */
#define BLOCKS       8

struct around around;

static unsigned next_block;
static struct thread threads[CPUS_MAX];

static void make_domain(unsigned vcpus, bool start_of_day)
{
    fakexen_start(&(struct fakexen_options){
        .pages = MEMORY_PAGES, .vcpus = vcpus, .seed = test_seed(), .start_of_day = start_of_day});
    memset(fakexen.shared_info->evtchn_mask, 0xff, sizeof fakexen.shared_info->evtchn_mask);
    start_info_read(&guest, fakexen.start_info);
    around = (struct around){0};
    next_block = 0;
    cpus_online = 1;
}

void around_start(unsigned vcpus)
{
    make_domain(vcpus, false);
    for (unsigned i = 0; i < vcpus; i++) {
        struct evtchn_bind_ipi bind = {.vcpu = i};

        hypercall_event_channel_op(EVTCHNOP_bind_ipi, &bind);
        cpus[i]->kick_port = bind.port;
    }
    cpus_online = CPU_MASK_ALL >> (CPUS_MAX - vcpus);
}

void around_again(unsigned vcpus)
{
    if (fakexen.options.vcpus != vcpus || fakexen.options.start_of_day) {
        around_start(vcpus);
    }
    fakexen.now = 0;
    memset(fakexen.shared_info->evtchn_pending, 0, sizeof fakexen.shared_info->evtchn_pending);
    for (unsigned i = 0; i < vcpus; i++) {
        cpus[i]->spin_target = NULL;
        fakexen.vcpus[i].wait = WAIT_NONE;
    }
}

/* Nobody has data but the first: cpu_init_first does not run here. */
void around_start_of_day(unsigned vcpus)
{
    make_domain(vcpus, true);
    for (unsigned i = 1; i < CPUS_MAX; i++) {
        cpus[i] = NULL;
    }
}

nsec_t clock_monotonic(void)
{
    fakexen_time_is(fakexen.now + around.tick);
    return fakexen.now;
}

static char *block(unsigned number)
{
    return fakexen_page(FAKEXEN_PAGE_FREE + number * BLOCK_PAGES);
}

/* Blocks lie as awkwardly as they may, and hold garbage. */
static void *take_block(size_t alignment)
{
    if (around.blocks_left == 1 || next_block == BLOCKS) {
        return NULL;
    }
    around.blocks_left -= around.blocks_left > 1;
    around.blocks++;
    next_block++;
    return block(next_block - 1) + (alignment < PAGE_SIZE ? PAGE_SIZE - 3 * alignment : 0);
}

void *heap_alloc(size_t size)
{
    return heap_alloc_aligned(size, HEAP_ALIGNMENT);
}

void *heap_alloc_aligned(size_t size, size_t alignment)
{
    (void)size;
    return take_block(alignment);
}

void *heap_alloc_zeroed(size_t size)
{
    void *memory = heap_alloc(size);

    return memory != NULL ? memset(memory, 0, size) : NULL;
}

void heap_free(void *memory)
{
    around.blocks -= memory != NULL;
}

/* The stacks lie behind the heap. */
struct thread *thread_make_idle(unsigned cpu)
{
    struct thread *t = &threads[cpu];
    char *stack = block(BLOCKS) + cpu * AROUND_STACK;

    around.idle_threads[cpu]++;
    *t = (struct thread){
        .stack_start = stack, .stack_end = stack + AROUND_STACK, .affinity = (cpu_mask_t)1 << cpu};
    return t;
}

void schedule_init(struct cpu *cpu, struct thread *current, struct thread *idle)
{
    around.schedules++;
    current->cpu = idle->cpu = cpu;
    cpu->current = current;
    cpu->idle = idle;
}

static cpu_mask_t this_bit(void)
{
    return (cpu_mask_t)1 << cpu_this()->number;
}

static void look_whether_early(void)
{
    around.too_early = around.too_early || (cpus_online & ~around.ready & ~1u) != 0;
}

void smp_init_first(unsigned count)
{
    around.first_ready = count == fakexen.options.vcpus;
}

void smp_init_this(void)
{
    look_whether_early();
    around.ready |= this_bit();
    explore_here();
}

void smp_announce(void)
{
    cpus_online |= this_bit();
    look_whether_early();
}

void smp_wait_until_online(unsigned count)
{
    nsec_t deadline = clock_monotonic() + AROUND_PATIENCE;

    while (cpus_online != CPU_MASK_ALL >> (CPUS_MAX - count)) {
        assert_that(clock_monotonic() < deadline, "not online");
        explore_here();
        hypercall_sched_op(SCHEDOP_yield, NULL);
    }
}

void schedule_idle(void)
{
    look_whether_early();
    around.idle |= this_bit();
    if (around.at_idle != NULL) {
        around.at_idle();
    }
    for (;;) {
        struct sched_poll nothing = {0};

        hypercall_sched_op(SCHEDOP_poll, &nothing);
    }
}
