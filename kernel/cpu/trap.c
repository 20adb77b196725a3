/* Telling Xen where our trap entries are, and deciding what to do when one is reached: see stardust/trap.h. */
#include <stardust/trap.h>

#include <stardust/cpu.h>
#include <stardust/hypercall.h>
#include <stardust/panic.h>
#include <stardust/report.h>

/* The entries in trap.S. */
/* clang-format off */
#define TRAP_ENTRIES(entry)                                                                        \
    entry(0, divide_error, "division by zero or overflow")                                         \
    entry(1, debug, "debug exception")                                                             \
    entry(3, breakpoint, "breakpoint")                                                             \
    entry(4, overflow, "overflow")                                                                 \
    entry(5, bound_range, "bound range exceeded")                                                  \
    entry(6, invalid_opcode, "invalid opcode")                                                     \
    entry(7, device_not_available, "FPU not available")                                            \
    entry(8, double_fault, "double fault")                                                         \
    entry(10, invalid_tss, "invalid TSS")                                                          \
    entry(11, segment_not_present, "segment not present")                                          \
    entry(12, stack_segment, "stack-segment fault")                                                \
    entry(13, general_protection, "general protection fault")                                      \
    entry(14, page_fault, "page fault")                                                            \
    entry(16, x87, "x87 floating-point error")                                                     \
    entry(17, alignment_check, "alignment check")                                                  \
    entry(18, machine_check, "machine check")                                                      \
    entry(19, simd, "SIMD floating-point error")                                                   \
    entry(21, control_protection, "control protection fault")
/* clang-format on */

#define DECLARE(vector, name, text) void trap_##name(void);
TRAP_ENTRIES(DECLARE)
void trap_event(void);
void trap_nmi(void);
void trap_failsafe(void);
void trap_syscall(void);

/* Bit 2 of the flags: mask event upcalls on the way in, so that no upcall interrupts a half-saved frame. */
#define MASK_EVENTS 4
/* Code may raise breakpoint and overflow itself by an instruction; for Xen, our code has privilege level 3 here. */
#define FLAGS(vector) (MASK_EVENTS | ((vector) == 3 || (vector) == 4 ? 3 : 0))
#define TABLE_ENTRY(vector, name, text)                                                            \
    {vector, FLAGS(vector), FLAT_KERNEL_CS, (unsigned long)trap_##name},

static const char *const names[32] = {
#define NAME(vector, name, text) [vector] = (text),
    TRAP_ENTRIES(NAME)
#undef NAME
};

const char *trap_name(uint64_t vector)
{
    switch (vector) {
    case TRAP_EVENT:
        return "event upcall";
    case TRAP_NMI:
        return "non-maskable interrupt";
    case TRAP_FAILSAFE:
        return "failsafe callback: a segment register could not be loaded";
    case TRAP_SYSCALL:
        return "system call from user mode, which this kernel does not have";
    default:
        return vector < 32 && names[vector] != NULL ? names[vector] : "unknown exception";
    }
}

static void register_callback(uint16_t type, void (*entry)(void))
{
    struct callback_register callback = {
        .type = type,
        .flags = CALLBACKF_mask_events,
        .address = (unsigned long)entry,
    };
    long error = hypercall_callback_register(&callback);

    assert_that(error == 0, "trap: registering callback %u: error %ld", type, error);
}

void trap_init(void)
{
    static const struct trap_info table[] = {TRAP_ENTRIES(TABLE_ENTRY){0}};
    long error = hypercall_set_trap_table(table);

    assert_that(error == 0, "trap: set_trap_table: error %ld", error);
    register_callback(CALLBACKTYPE_event, trap_event);
    register_callback(CALLBACKTYPE_failsafe, trap_failsafe);
    register_callback(CALLBACKTYPE_nmi, trap_nmi);
    register_callback(CALLBACKTYPE_syscall, trap_syscall);
}

static page_fault_handler *mend_page_fault;

void trap_set_page_fault_handler(page_fault_handler *handler)
{
    mend_page_fault = handler;
}

static nmi_handler *handle_nmi;

void trap_set_nmi_handler(nmi_handler *handler)
{
    handle_nmi = handler;
}

uintptr_t trap_fault_address(void)
{
    return cpu_this()->info.arch.cr2;
}

/* Upcalls stay masked until level 4 gives them an entry of its own; one that comes here is somebody's mistake, as the others are. */
void trap_handle(struct registers *registers)
{
    if (registers->vector == TRAP_PAGE_FAULT && mend_page_fault != NULL &&
        mend_page_fault(trap_fault_address(), registers->error)) {
        return;
    }
    if (registers->vector == TRAP_NMI && handle_nmi != NULL && handle_nmi(registers)) {
        return;
    }
    report_fault(registers);
}
