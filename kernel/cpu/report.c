/* The report of a fault or a panic, from the first line to the crash: see stardust/report.h and stardust/panic.h. */
#include <stardust/report.h>

#include <stardust/console.h>
#include <stardust/cpu.h>
#include <stardust/critical.h>
#include <stardust/hypercall.h>
#include <stardust/image.h>
#include <stardust/lab.h>
#include <stardust/layout.h>
#include <stardust/panic.h>
#include <stardust/print.h>
#include <stardust/shutdown.h>
#include <stardust/symbols.h>
#include <stardust/thread.h>
#include <stardust/trap.h>

/* Bits of a page fault's error code. Document: Intel SDM volume 3, 4.7. */
enum { FAULT_PRESENT = 1, FAULT_WRITE = 2, FAULT_FETCH = 16 };

static cpu_mask_t (*stop_others)(void);
static void (*report_others)(void);

void report_set_others(cpu_mask_t (*stop)(void), void (*report)(void))
{
    stop_others = stop;
    report_others = report;
}

/* The vCPU that makes the report, plus 1; 0: none yet. When two come to one at the same time, the second waits to be stopped. */
static unsigned reporter;

static bool is_first(void)
{
    unsigned us = cpu_this()->number + 1, before = 0;

    if (__atomic_compare_exchange_n(&reporter, &before, us, false, __ATOMIC_SEQ_CST,
                                    __ATOMIC_SEQ_CST)) {
        return true;
    }
    while (before != us) {
        cpu_relax();
    }
    return false;
}

/* Whether a report can be made: somebody sees it, and we are not in one already. If not, faults go to Xen from now on. */
static bool report_begin(void)
{
    critical_enter();
    if (!is_first() || !console_last_resort()) {
        hypercall_set_trap_table(NULL);
        return false;
    }
    if (stop_others != NULL) {
        stop_others();
    }
    print("\n*** ");
    return true;
}

void report_registers(const struct registers *r)
{
    print("  registers\n");
    print("    rax %016lx  rbx %016lx  rcx %016lx  rdx %016lx\n", r->rax, r->rbx, r->rcx, r->rdx);
    print("    rsi %016lx  rdi %016lx  rbp %016lx  rsp %016lx\n", r->rsi, r->rdi, r->rbp, r->rsp);
    print("    r8  %016lx  r9  %016lx  r10 %016lx  r11 %016lx\n", r->r8, r->r9, r->r10, r->r11);
    print("    r12 %016lx  r13 %016lx  r14 %016lx  r15 %016lx\n", r->r12, r->r13, r->r14, r->r15);
    print("    rip %016lx  flags %08lx  error code %lx\n", r->rip, r->rflags, r->error);
}

static void print_symbol(uint64_t address, struct symbol symbol)
{
    if (symbol.name != NULL) {
        print("    %016lx  %s+0x%lx\n", address, symbol.name, symbol.offset);
    } else {
        print("    %016lx  not code of this image\n", address);
    }
}

void report_place(uint64_t address)
{
    print_symbol(address, symbol_find(address));
}

/* A call may be a function's last instruction: what lies at the return address is then another function already. */
static void print_caller(uint64_t return_address)
{
    struct symbol symbol = symbol_find(return_address - 1);

    symbol.offset++;
    print_symbol(return_address, symbol);
}

/* The thread that the report is about, in words; before threads begin, there is one without a name. */
static const char *thread_name(void)
{
    const struct thread *t = cpu_this()->current;

    return t != NULL ? t->name : "boot";
}

static bool on_stack(const struct thread *t, uint64_t address)
{
    uintptr_t start = (uintptr_t)(t != NULL ? t->stack_start : boot_stack);
    uintptr_t end = (uintptr_t)(t != NULL ? t->stack_end : boot_stack_end);

    return address >= start && address + 16 <= end;
}

void report_call_chain(const struct thread *t, uint64_t rbp)
{
    for (unsigned depth = 0; depth < 32 && on_stack(t, rbp) && rbp % 8 == 0; depth++) {
        const uint64_t *frame = (const uint64_t *)rbp;

        if (frame[1] == 0) {
            return; /* nobody has called a thread's first function */
        }
        print_caller(frame[1]);
        if (frame[0] <= rbp) {
            return;
        }
        rbp = frame[0];
    }
}

static void print_fault_chain(const struct registers *r)
{
    struct symbol symbol = symbol_find(r->rip);

    print("  call chain, innermost first\n");
    print_symbol(r->rip, symbol);
    /* A call to where no code is has made no frame: its caller is what it would have returned to. */
    if (symbol.name == NULL && on_stack(cpu_this()->current, r->rsp)) {
        print_caller(*(const uint64_t *)r->rsp);
    }
    report_call_chain(cpu_this()->current, r->rbp);
}

static void print_page_fault(const struct registers *r, uint64_t address)
{
    const char *what = r->error & FAULT_FETCH   ? "running code at"
                       : r->error & FAULT_WRITE ? "writing to"
                                                : "reading from";

    print("page fault: %s 0x%lx, where %s\n", what, address,
          !(r->error & FAULT_PRESENT) ? "nothing is mapped"
          : r->error & FAULT_FETCH    ? "code may not run"
          : r->error & FAULT_WRITE    ? "writing is not allowed"
                                      : "reading is not allowed");
    if (address < PAGE_SIZE) {
        print("  a NULL pointer, or a member of a structure that a NULL pointer stands for\n");
    }
}

static void print_hole(const struct lab_todo *hole)
{
    print("stopped at a hole\n");
    print("  lab      %s, exercise %s (handout section %s)\n", hole->lab, hole->exercise,
          hole->exercise);
    print("  place    %s:%lu\n", hole->file, hole->line);
    print("  to do    %s\n", hole->text);
}

static _Noreturn void report_end(void)
{
    if (report_others != NULL) {
        report_others();
    }
    shutdown_crash();
}

void report_fault(const struct registers *r)
{
    uint64_t address = trap_fault_address();
    const struct lab_todo *hole = r->vector == TRAP_INVALID_OPCODE ? lab_todo_find(r->rip) : NULL;

    if (!report_begin()) {
        return;
    }
    if (hole != NULL) {
        print_hole(hole);
    } else if (r->vector == TRAP_PAGE_FAULT) {
        print_page_fault(r, address);
    } else {
        print("%s\n", trap_name(r->vector));
    }
    print("  thread %s, vCPU %u\n", thread_name(), cpu_this()->number);
    print_fault_chain(r);
    report_registers(r);
    if (r->vector == TRAP_PAGE_FAULT) {
        report_walk(address);
    }
    report_end();
}

void panic(const char *format, ...)
{
    char text[256];
    va_list arguments;

    va_start(arguments, format);
    format_text_list(text, sizeof text, format, arguments);
    va_end(arguments);
    if (!report_begin()) {
        __builtin_trap();
    }
    print("panic: %s\n  thread %s, vCPU %u\n", text, thread_name(), cpu_this()->number);
    print("  call chain, innermost first\n");
    report_call_chain(cpu_this()->current, (uintptr_t)__builtin_frame_address(0));
    report_end();
}
