/* Xen, as the entry of an upcall sees it: see machine.h. */
#include "machine.h"

#include <string.h>

#include <stardust/cpu.h>
#include <stardust/upcall.h>

#include <tests/fakexen/fakexen.h>
#include <tests/fakexen/runner/test.h>
#include <tests/ktap/random.h>

#include "step.h"

#define FLAG_TRAP      0x100
#define FLAG_DIRECTION 0x400
#define FLAG_ENABLED   0x200
#define PRIVILEGE      3 /* Xen shows level 0, the processor has this one */
#define POISON         0xdeadbeefdeadf00d
#define STACK_WORDS    2048
#define WAY_BACK       3 /* instructions between the unmasking and the end, at least */
#define ENTRY          ((const void *)upcall_entry)

static uint64_t stack[STACK_WORDS] __attribute__((aligned(16)));

static struct {
    const struct machine_plan *plan;
    struct machine_story story;
    unsigned storm; /* events still to come */
    unsigned since; /* instructions at which the next one could have come */
    bool begun;
} run;

static bool in_victim(uintptr_t place)
{
    return place >= (uintptr_t)victim_begin && place < (uintptr_t)victim_end;
}

static void push(greg_t *registers, greg_t word)
{
    registers[REG_RSP] -= 8;
    *(greg_t *)registers[REG_RSP] = word;
}

static uint64_t pop(greg_t *registers)
{
    registers[REG_RSP] += 8;
    return ((uint64_t *)registers[REG_RSP])[-1];
}

/* The selectors of this process, with the privilege level that Xen shows. */
static uint16_t code_selector(void)
{
    uint16_t selector;

    __asm__("movw %%cs, %0" : "=r"(selector));
    return selector & ~PRIVILEGE;
}

static uint16_t stack_selector(void)
{
    uint16_t selector;

    __asm__("movw %%ss, %0" : "=r"(selector));
    return selector & ~PRIVILEGE;
}

/* Document: "pv-traps" in Xen's guest guide. */
static void interrupt(greg_t *registers)
{
    greg_t interrupted = registers[REG_RSP];

    registers[REG_RSP] &= ~(greg_t)15;
    push(registers, stack_selector());
    push(registers, interrupted);
    push(registers, registers[REG_EFL] | FLAG_ENABLED);
    push(registers, code_selector());
    push(registers, registers[REG_RIP]);
    push(registers, registers[REG_R11]);
    push(registers, registers[REG_RCX]);
    registers[REG_R11] = registers[REG_RCX] = (greg_t)POISON;
    registers[REG_RIP] = (greg_t)upcall_entry;
    fakexen_vcpu_info(0)->evtchn_upcall_mask = 1;
}

/* Only the first of several wakes the vCPU; and only when it is not masked. */
static void tell(greg_t *registers)
{
    struct vcpu_info *info = fakexen_vcpu_info(0);
    bool first = info->evtchn_upcall_pending == 0;

    run.story.events++;
    info->evtchn_upcall_pending = 1;
    if (first && info->evtchn_upcall_mask == 0) {
        interrupt(registers);
    }
}

static void check_call(const greg_t *registers)
{
    CHECK(registers[REG_RSP] % 16 == 8,
          .rule = "at a call the stack is aligned to 16 bytes (System V ABI, 3.2.2)",
          .did = text("called upcall_handle with %%rsp = 0x%llx behind the return address",
                      registers[REG_RSP]),
          .expected = "a multiple of 16 before the call",
          .usually = "Xen aligns its frame, so count: its words, those that were popped, yours",
          .where = ENTRY);
    CHECK((registers[REG_EFL] & FLAG_DIRECTION) == 0,
          .rule = "functions are called with the direction flag clear (System V ABI, 3.2.1)",
          .did = "called upcall_handle with it set, as the interrupted code had it",
          .expected = "cld", .usually = "copying goes backwards then, now and then",
          .where = ENTRY);
    CHECK(fakexen_vcpu_info(0)->evtchn_upcall_mask != 0,
          .rule = "upcall_handle is called with upcalls masked",
          .did = "called with the mask clear",
          .expected = "the mask set again before it is called again",
          .usually = "on the way back it is cleared, the look finds an event, and it stays clear",
          .where = ENTRY);
}

static void handle(greg_t *registers)
{
    static const int changed[] = {REG_RAX, REG_RCX, REG_RDX, REG_RSI, REG_RDI,
                                  REG_R8,  REG_R9,  REG_R10, REG_R11};

    check_call(registers);
    run.story.calls++;
    fakexen_vcpu_info(0)->evtchn_upcall_pending = 0;
    for (unsigned i = 0; i < ARRAY_LENGTH(changed); i++) {
        registers[changed[i]] = (greg_t)(POISON + i);
    }
    registers[REG_EFL] ^= 0x8d5;
    registers[REG_RIP] = (greg_t)pop(registers);
}

/* struct iret_context, then as the processor does. */
static void return_by_xen(greg_t *registers)
{
    uint64_t flags;

    registers[REG_RAX] = (greg_t)pop(registers);
    registers[REG_R11] = (greg_t)pop(registers);
    registers[REG_RCX] = (greg_t)pop(registers);
    pop(registers);
    registers[REG_RIP] = (greg_t)pop(registers);
    pop(registers);
    flags = pop(registers);
    registers[REG_EFL] = (greg_t)(flags | FLAG_TRAP | FLAG_ENABLED);
    registers[REG_RSP] = (greg_t)pop(registers);
    fakexen_vcpu_info(0)->evtchn_upcall_mask = (flags & FLAG_ENABLED) == 0;
}

/* Whoever enters Xen gets what is due on the way back. */
static void enter_xen(greg_t *registers)
{
    if (registers[REG_RAX] == __HYPERVISOR_iret) {
        return_by_xen(registers);
    } else {
        registers[REG_RAX] = 0;
        registers[REG_RCX] = registers[REG_R11] = (greg_t)POISON;
        registers[REG_RIP] += 2;
    }
    if (fakexen_vcpu_info(0)->evtchn_upcall_pending && !fakexen_vcpu_info(0)->evtchn_upcall_mask) {
        interrupt(registers);
    }
}

static bool is_syscall(const greg_t *registers)
{
    return memcmp((const void *)registers[REG_RIP], "\x0f\x05", 2) == 0;
}

static void check_not_lost(uintptr_t place)
{
    const struct vcpu_info *info = fakexen_vcpu_info(0);

    CHECK(!in_victim(place) || !info->evtchn_upcall_pending,
          .rule = "no event is lost: whoever unmasks upcalls looks whether one came meanwhile "
                  "(kernel/RULES.md)",
          .did = text("went back to the interrupted code while an event is pending, before whose "
                      "instruction %lu it came",
                      run.plan->second != 0 ? run.plan->second : run.plan->first),
          .expected = "the look behind the unmasking, and another round when there is one",
          .usually = "the look comes before the unmasking, or there is none: Xen tells only those "
                     "that are not masked",
          .where = ENTRY);
    CHECK(!in_victim(place) || !info->evtchn_upcall_mask,
          .rule = "upcalls come again when an upcall has ended",
          .did = "went back to the interrupted code with upcalls masked", .expected = "the mask 0",
          .usually = "iretq knows nothing of the mask: it is cleared before, by hand",
          .where = ENTRY);
}

static void note_depth(const greg_t *registers)
{
    uint64_t deep = run.story.before.stack - (uint64_t)registers[REG_RSP];

    if (deep < sizeof stack) {
        run.story.deepest = deep > run.story.deepest ? (unsigned)deep : run.story.deepest;
    }
}

static void let_happen(greg_t *registers)
{
    bool interruptible = fakexen_vcpu_info(0)->evtchn_upcall_mask == 0;

    if (run.story.steps == run.plan->first || run.story.steps == run.plan->second) {
        tell(registers);
    } else if (run.storm > 0 && interruptible && !in_victim((uintptr_t)registers[REG_RIP]) &&
               run.since++ == run.storm % WAY_BACK) {
        run.storm--;
        run.since = 0;
        tell(registers);
    }
}

static void one_step(greg_t *registers)
{
    run.story.steps++;
    CHECK(run.story.steps < MACHINE_ENDLESS, .rule = "an upcall ends",
          .did = text("has executed %d instructions", MACHINE_ENDLESS),
          .expected = "the way back to the interrupted code",
          .usually = "it looks whether an event is pending, and nobody handles it", .where = ENTRY);
    note_depth(registers);
    if ((uintptr_t)registers[REG_RIP] == (uintptr_t)upcall_handle) {
        handle(registers);
    } else if (is_syscall(registers)) {
        enter_xen(registers);
    } else {
        let_happen(registers);
    }
    check_not_lost((uintptr_t)registers[REG_RIP]);
}

static void observe(unsigned long step, greg_t *registers)
{
    uintptr_t place = (uintptr_t)registers[REG_RIP];

    (void)step;
    run.begun = (run.begun || place == (uintptr_t)victim_begin) && place != (uintptr_t)victim_end;
    if (run.begun) {
        one_step(registers);
    }
}

struct machine_story machine_run(const struct machine_plan *plan)
{
    struct random random = random_start(test_seed());
    struct victim *v = &run.story.behind;

    fakexen_start(&(struct fakexen_options){.seed = test_seed()});
    memset(&run, 0, sizeof run);
    run.plan = plan;
    run.storm = plan->storm;
    for (unsigned i = 0; i < VICTIM_WORDS; i++) {
        v->registers[i] = random_next(&random);
    }
    v->flags = plan->flags;
    v->stack = (uint64_t)(stack + STACK_WORDS - 32) - plan->gap;
    run.story.before = *v;
    step_through_all(victim_run, v, observe);
    return run.story;
}
