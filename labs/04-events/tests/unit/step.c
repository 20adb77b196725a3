/* Single steps: see step.h. */
#include "step.h"

#include <stdbool.h>
#include <string.h>

#include <stardust/cpu.h>
#include <stardust/shared_info.h>

#include <tests/fakexen/fakexen.h>
#include <tests/fakexen/runner/test.h>

#define FLAG_TRAP "0x100" /* rflags: trap behind each instruction */

extern const char __start_kernel_text[], __stop_kernel_text[];

static struct {
    bool on, everywhere;
    unsigned long steps;
    step_observer *observer;
} step;

static bool is_tested(uintptr_t place)
{
    return place >= (uintptr_t)__start_kernel_text && place < (uintptr_t)__stop_kernel_text;
}

static void on_trap(int signal, siginfo_t *info, void *context)
{
    greg_t *registers = ((ucontext_t *)context)->uc_mcontext.gregs;

    (void)signal;
    (void)info;
    if (!step.on) {
        registers[REG_EFL] &= ~(greg_t)0x100;
    } else if (step.everywhere || is_tested((uintptr_t)registers[REG_RIP])) {
        step.observer(step.steps++, registers);
    }
}

/* Below what the compiler may keep under the stack pointer. */
static void set_trap_flag(void)
{
    __asm__ volatile("subq $128, %%rsp; pushfq; orq $" FLAG_TRAP
                     ", (%%rsp); popfq; addq $128, %%rsp"
                     :
                     :
                     : "memory", "cc");
}

static unsigned long go_through(void (*function)(void *argument), void *argument,
                                step_observer *observer)
{
    struct sigaction action = {.sa_sigaction = on_trap, .sa_flags = SA_SIGINFO | SA_ONSTACK};
    struct sigaction before;

    sigemptyset(&action.sa_mask);
    sigaction(SIGTRAP, &action, &before);
    step.steps = 0;
    step.observer = observer;
    step.on = true;
    set_trap_flag();
    function(argument);
    step.on = false;
    __asm__ volatile("nop; nop");
    sigaction(SIGTRAP, &before, NULL);
    return step.steps;
}

unsigned long step_through(void (*function)(void *argument), void *argument,
                           step_observer *observer)
{
    step.everywhere = false;
    return go_through(function, argument, observer);
}

unsigned long step_through_all(void (*function)(void *argument), void *argument,
                               step_observer *observer)
{
    step.everywhere = true;
    return go_through(function, argument, observer);
}

static struct {
    const uint8_t *previous; /* the instruction before */
    xen_ulong_t mask[sizeof(xen_ulong_t) * 8], pending[sizeof(xen_ulong_t) * 8], selector;
} shared;

static void look_at_shared(void)
{
    memcpy(shared.mask, (const void *)shared_info.evtchn_mask, sizeof shared.mask);
    memcpy(shared.pending, (const void *)shared_info.evtchn_pending, sizeof shared.pending);
    shared.selector = fakexen_vcpu_info(0)->evtchn_pending_sel;
}

static const char *what_changed(void)
{
    if (memcmp(shared.mask, (const void *)shared_info.evtchn_mask, sizeof shared.mask) != 0) {
        return "a word of mask bits";
    }
    if (memcmp(shared.pending, (const void *)shared_info.evtchn_pending, sizeof shared.pending) !=
        0) {
        return "a word of pending bits";
    }
    return shared.selector != fakexen_vcpu_info(0)->evtchn_pending_sel ? "the selector" : NULL;
}

/* A LOCK prefix, an exchange, or Xen. Document: Intel SDM volume 2, 2.1 and 2.2. */
static bool is_atomic(const uint8_t *instruction)
{
    static const char prefixes[] = "\x66\x67\xf2\xf3\x2e\x36\x3e\x26\x64\x65";

    while (strchr(prefixes, *instruction) != NULL) {
        instruction++;
    }
    if (*instruction == 0xf0) {
        return true;
    }
    if ((*instruction & 0xf0) == 0x40) {
        instruction++;
    }
    return *instruction == 0x86 || *instruction == 0x87 ||
           (instruction[0] == 0x0f && instruction[1] == 0x05);
}

static void check_change(unsigned long number, greg_t *registers)
{
    const char *changed = what_changed();

    CHECK(number == 0 || changed == NULL || is_atomic(shared.previous),
          .rule = "words that Xen and other vCPUs change too are changed by atomic instructions",
          .did = text("%s was changed by an instruction without LOCK: what somebody else changes "
                      "in it at the same time gets lost",
                      changed),
          .expected = "__atomic_fetch_or, __atomic_fetch_and, __atomic_exchange_n",
          .usually = "|= or &= on a word of shared_info", .where = shared.previous);
    look_at_shared();
    shared.previous = (const uint8_t *)registers[REG_RIP];
}

void step_check_atomic(void (*function)(void *argument), void *argument)
{
    look_at_shared();
    step_through(function, argument, check_change);
}
