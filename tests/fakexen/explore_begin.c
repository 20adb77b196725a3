/* What a vCPU begins with: see explore_begin.h. */
#include "explore_begin.h"

#include <sys/mman.h>

#include "explore_point.h"
#include "sanitizer.h"

#define STACK_SIZE ((size_t)256 << 10)
#define FLAGS      0x202 /* interrupts on, and the bit that is always 1 */

static char *stacks;

bool begin_is_possible(unsigned vcpu, const struct explore_options *options)
{
    return options->functions[vcpu] != NULL || fakexen.vcpus[vcpu].context.user_regs.rip != 0;
}

static char *fresh_stack(unsigned vcpu)
{
    if (stacks == NULL) {
        stacks = mmap(NULL, FAKEXEN_VCPUS * STACK_SIZE, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    }
    sanitizer_allow(stacks + vcpu * STACK_SIZE, STACK_SIZE);
    return stacks + (vcpu + 1) * STACK_SIZE;
}

static void begin_function(unsigned vcpu, const struct explore_options *options, greg_t *context)
{
    context[REG_RIP] = (greg_t)explore_begin;
    context[REG_RSP] = (greg_t)fresh_stack(vcpu);
    context[REG_RBX] = (greg_t)options->functions[vcpu];
    context[REG_R12] = (greg_t)options->arguments[vcpu];
}

/* A vCPU that the code under test has brought up. */
static void begin_context(unsigned vcpu, greg_t *context)
{
    const struct cpu_user_regs *r = &fakexen.vcpus[vcpu].context.user_regs;

    context[REG_RIP] = (greg_t)r->rip;
    context[REG_RSP] = (greg_t)r->rsp;
    context[REG_RDI] = (greg_t)r->rdi;
    context[REG_RSI] = (greg_t)r->rsi;
    context[REG_RBP] = (greg_t)r->rbp;
    fakexen.vcpus[vcpu].cpu = (struct cpu *)fakexen.vcpus[vcpu].context.gs_base_kernel;
}

void begin_vcpu(unsigned vcpu, const struct explore_options *options, struct random *random,
                greg_t *context)
{
    for (size_t i = 0; i < CONTEXT_WORDS; i++) {
        context[i] = (greg_t)random_next(random);
    }
    context[REG_EFL] = FLAGS;
    if (options->functions[vcpu] != NULL) {
        begin_function(vcpu, options, context);
    } else {
        begin_context(vcpu, context);
    }
}
