/* What upcalls must leave alone: see explore_returns.h. */
#include "explore_returns.h"

#include <stdio.h>
#include <string.h>

#include "explore_point.h"
#include "runner/place.h"
#include "vcpu.h"

#define MOST         64
#define STATUS_FLAGS 0xcd5 /* CF PF AF ZF SF DF OF */
#define STACK_REACH  32768 /* what lies so far below on a stack has been left */

static struct {
    greg_t registers[CONTEXT_WORDS];
} awaited[MOST];
static unsigned count;

static uintptr_t entry_start, entry_end;

void returns_begin(void (*entry)(void))
{
    count = 0;
    if (entry_start != (uintptr_t)entry) {
        entry_start = (uintptr_t)entry;
        entry_end = entry_start != 0 ? place_function_end(entry_start) : 0;
    }
}

bool returns_awaited(void)
{
    return count > 0;
}

/* Whoever was interrupted further down on this stack will not come back there. */
static void forget_below(greg_t stack)
{
    unsigned kept = 0;

    for (unsigned i = 0; i < count; i++) {
        greg_t other = awaited[i].registers[REG_RSP];

        if (other > stack || other < stack - STACK_REACH) {
            awaited[kept++] = awaited[i];
        }
    }
    count = kept;
}

void returns_expect(const greg_t *interrupted)
{
    uintptr_t place = (uintptr_t)interrupted[REG_RIP];

    forget_below(interrupted[REG_RSP]);
    if (count < MOST && (place < entry_start || place >= entry_end)) {
        memcpy(awaited[count++].registers, interrupted, sizeof awaited[0].registers);
    }
}

static const char *const names[CONTEXT_WORDS] = {
    [REG_R8] = "r8",   [REG_R9] = "r9",   [REG_R10] = "r10", [REG_R11] = "r11", [REG_R12] = "r12",
    [REG_R13] = "r13", [REG_R14] = "r14", [REG_R15] = "r15", [REG_RDI] = "rdi", [REG_RSI] = "rsi",
    [REG_RBP] = "rbp", [REG_RBX] = "rbx", [REG_RDX] = "rdx", [REG_RAX] = "rax", [REG_RCX] = "rcx",
};

static bool compare(const greg_t *before, const greg_t *now, struct explore_result *result)
{
    for (size_t i = 0; i < CONTEXT_WORDS; i++) {
        if (names[i] != NULL && before[i] != now[i]) {
            snprintf(result->what, sizeof result->what,
                     "an upcall came back with %s = 0x%llx; it was 0x%llx", names[i], now[i],
                     before[i]);
            return false;
        }
    }
    if (((before[REG_EFL] ^ now[REG_EFL]) & STATUS_FLAGS) != 0) {
        snprintf(result->what, sizeof result->what,
                 "an upcall came back with the flags 0x%llx; they were 0x%llx",
                 now[REG_EFL] & STATUS_FLAGS, before[REG_EFL] & STATUS_FLAGS);
        return false;
    }
    if (vcpu_now()->info->evtchn_upcall_mask != 0) {
        snprintf(result->what, sizeof result->what,
                 "an upcall came back with upcalls masked on vCPU %u", fakexen.vcpu);
        return false;
    }
    return true;
}

bool returns_check(const greg_t *registers, uintptr_t place, struct explore_result *result)
{
    for (unsigned i = 0; i < count; i++) {
        greg_t before[CONTEXT_WORDS];

        memcpy(before, awaited[i].registers, sizeof before);
        if ((uintptr_t)before[REG_RIP] == place && before[REG_RSP] == registers[REG_RSP]) {
            forget_below(before[REG_RSP]);
            return compare(before, registers, result);
        }
    }
    return true;
}
