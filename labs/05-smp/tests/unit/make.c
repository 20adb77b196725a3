/* Exercise 5.4: smp_make_cpu. */
#include "around.h"

#include <stardust/heap.h>
#include <stardust/memory.h>

#include <tests/fakexen/panic.h>

#include "suites.h"

static const void *const here = (const void *)smp_make_cpu;

static struct cpu *make(unsigned number)
{
    struct cpu *made = smp_make_cpu(number);

    CHECK(made != NULL, .rule = "smp_make_cpu returns the vCPU's data", .did = "returned NULL",
          .expected = "what it made", .where = here);
    return made;
}

static void test_own(void)
{
    struct cpu *one, *two;

    around_start_of_day(VCPUS);
    one = make(1);
    two = make(2);
    CHECK(one != two && one != cpu_this(), .rule = "each vCPU has data of its own",
          .did = "two vCPUs have the same", .expected = "memory of its own for each",
          .where = here);
    CHECK(one->self == one && two->self == two,
          .rule = "`self` is where the data is: cpu_this() reads it by way of %gs (stardust/cpu.h)",
          .did = text("self is %p", (void *)one->self), .expected = text("%p", (void *)one),
          .where = here);
    CHECK(one->number == 1 && two->number == 2, .rule = "each vCPU knows its number",
          .did = text("the vCPUs 1 and 2 have the numbers %u and %u", one->number, two->number),
          .expected = "1 and 2", .where = here);
}

static void test_masked(void)
{
    struct cpu *cpu;

    around_start_of_day(VCPUS);
    cpu = make(1);
    CHECK(cpu->info.evtchn_upcall_mask == 1,
          .rule = "a vCPU begins with upcalls masked: until it has told Xen where to go with one, "
                  "Xen would end the domain",
          .did = text("evtchn_upcall_mask is %u", cpu->info.evtchn_upcall_mask), .expected = "1",
          .where = here);
    CHECK(cpu->preemption == PREEMPTION_CALM,
          .rule = "nobody has asked for a switch of threads there yet (stardust/preemption.h)",
          .did = text("preemption is 0x%x", cpu->preemption), .expected = "PREEMPTION_CALM",
          .usually = "0 means that a switch is wanted", .where = here);
}

static void test_threads(void)
{
    struct cpu *cpu;

    around_start_of_day(VCPUS);
    cpu = make(3);
    CHECK(around.idle_threads[3] == 1 && around.schedules == 1,
          .rule = "a vCPU that runs threads has an idle thread of its own, and schedule_init has "
                  "been told (stardust/schedule.h)",
          .did = text("thread_make_idle(3) was called %u times, schedule_init %u times",
                      around.idle_threads[3], around.schedules),
          .expected = "once each", .where = here);
    CHECK(cpu->idle != NULL && cpu->current == cpu->idle && cpu->idle->cpu == cpu,
          .rule = "the idle thread is what a vCPU runs first",
          .did = "idle, current or its vCPU is something else",
          .expected = "current is the idle thread",
          .usually = "the structure is cleared after schedule_init has filled it", .where = here);
}

/* The heap's memory is full of garbage here, and aligned to no more than what was asked for. */
static void test_place(void)
{
    struct cpu *cpu;
    size_t offset;

    around_start_of_day(VCPUS);
    cpu = make(1);
    offset = (uintptr_t)&cpu->info % PAGE_SIZE;
    CHECK(offset + sizeof cpu->info <= PAGE_SIZE && offset % _Alignof(struct vcpu_info) == 0,
          .rule = "what Xen and a vCPU tell each other lies in one page "
                  "(VCPUOP_register_vcpu_info, public header xen/vcpu.h)",
          .did = text("`info` begins at byte %zu of a page", offset),
          .expected = "not across the border of two pages",
          .usually = "heap_alloc aligns to 16 bytes only: see heap_alloc_aligned", .where = here);
    CHECK((uintptr_t)cpu % _Alignof(struct cpu) == 0,
          .rule = "a struct cpu is aligned to its largest field",
          .did = text("it lies at %p", (void *)cpu),
          .expected = text("a multiple of %zu", _Alignof(struct cpu)), .where = here);
}

static void test_clean(void)
{
    struct cpu *cpu;

    around_start_of_day(VCPUS);
    cpu = make(1);
    CHECK(cpu->spin_target == NULL && cpu->kick_port == 0 && cpu->reschedule_port == 0 &&
              cpu->previous == NULL && cpu->held.count == 0 && cpu->info.evtchn_upcall_pending == 0,
          .rule = "what nothing was put into is 0: others look at it at once",
          .did = "a field holds what was in the heap before", .expected = "0",
          .usually = "the heap's memory is not cleared", .where = here);
}

static void test_unseen(void)
{
    unsigned long calls;

    around_start_of_day(VCPUS);
    calls = fakexen.calls;
    make(1);
    CHECK(cpus[1] == NULL && cpus_online == 1 && fakexen.calls == calls,
          .rule = "smp_make_cpu only makes: neither the other vCPUs nor Xen see it yet",
          .did = "it is in cpus[] or in cpus_online, or Xen was told",
          .expected = "nothing of that", .where = here);
}

static void make_one(void *data)
{
    (void)data;
    smp_make_cpu(1);
}

static void test_no_memory(void)
{
    around_start_of_day(VCPUS);
    around.blocks_left = 1;
    CHECK(panic_of(make_one, NULL) != NULL,
          .rule =
              "heap_alloc_aligned returns NULL when there is no memory: the kernel cannot go on",
          .did = "returned", .expected = "a panic that says so", .where = here);
}

CU_TestInfo make_tests[] = {
    {"own", test_own},
    {"masked", test_masked},
    {"threads", test_threads},
    {"place", test_place},
    {"clean", test_clean},
    {"unseen", test_unseen},
    {"no_memory", test_no_memory},
    CU_TEST_INFO_NULL,
};
