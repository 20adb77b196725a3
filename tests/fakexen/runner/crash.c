/* Crashes of code under test, in words: see crash.h. */
#include "crash.h"

#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <ucontext.h>
#include <unistd.h>

#include <sys/time.h>

#include <stardust/lab.h>

#include "../describe.h"
#include "../guest.h"
#include "../watch.h"
#include "isolate.h"
#include "test.h"

/* The records of the holes in the code under test; the linker makes these names, if there are any. */
extern const struct lab_todo __start_lab_todo[] __attribute__((weak));
extern const struct lab_todo __stop_lab_todo[] __attribute__((weak));

#define OWN_MEMORY         "a function touches only memory that is its own or was given to it"
#define GENERAL_PROTECTION 13 /* the processor's number of that exception */
#define ERROR_WRITE        2  /* a page fault's error code: the access was a write */

/* Where the C library saw the stack end: the frames of all calls lie below. */
extern void *__libc_stack_end;

/* Follow the frame pointers: each frame lies above the one that it called. */
__attribute__((no_sanitize("address", "undefined"))) void
crash_note_places(struct verdict *v, uintptr_t place, uintptr_t frame, uintptr_t stack)
{
    verdict_add_place(v, place);
    while (frame % 8 == 0 && frame >= stack && frame < (uintptr_t)__libc_stack_end - 16) {
        /* The return address is behind the call, perhaps in the next line. */
        verdict_add_place(v, ((const uintptr_t *)frame)[1] - 1);
        stack = frame + 16;
        frame = *(const uintptr_t *)frame;
    }
}

static const struct lab_todo *find_hole(uintptr_t address)
{
    for (const struct lab_todo *hole = __start_lab_todo; hole != __stop_lab_todo; hole++) {
        if (hole->address == address) {
            return hole;
        }
    }
    return NULL;
}

static struct failure describe_hole(const struct lab_todo *hole)
{
    snprintf(verdict->where, sizeof verdict->where, "%s:%lu", hole->file,
             (unsigned long)hole->line);
    return (struct failure){
        .rule = text("exercise %s is still to be done", hole->exercise),
        .did = "stopped at a hole",
        .expected = hole->text,
    };
}

static const char *fault_cause(uintptr_t address, bool write)
{
    if (address < 4096) {
        return "a pointer that is NULL, or was not set";
    }
    if (write && describe_is_table(address)) {
        return "this is a page table: it is changed by asking Xen (stardust/mmu.h), never by "
               "writing to it; or a table was freed while it was read-only";
    }
    return "a pointer that was overwritten, a machine frame or a physical address used as one, or "
           "an "
           "index too far";
}

static struct failure describe_fault(uintptr_t address, bool write)
{
    return (struct failure){
        .rule = OWN_MEMORY,
        .did = text("%s %s, %s", write ? "wrote to" : "read from", describe_address(address),
                    describe_is_mapped(address) ? "which may only be read"
                                                : "where nothing is mapped"),
        .usually = fault_cause(address, write),
    };
}

static struct failure describe_jump(uintptr_t address)
{
    return (struct failure){
        .rule = "a function goes on where its code or its caller is",
        .did = text("jumped to %s", describe_address(address)),
        .usually = "the return address on the stack was overwritten, or a pop is missing",
    };
}

/* The processor does not say which address it was: its upper bits were no address's. */
static struct failure describe_general_protection(void)
{
    return (struct failure){
        .rule = OWN_MEMORY,
        .did = text("used an address whose upper 16 bits make no sense, or one that is not aligned "
                    "where that is needed, or an instruction for kernels only"),
        .usually = "the stack or a pointer was overwritten, a pop is missing before ret, or the "
                   "stack is not aligned to 16 bytes at a call",
    };
}

static struct failure describe_segv(uintptr_t address, const greg_t *registers)
{
    if (registers[REG_TRAPNO] == GENERAL_PROTECTION) {
        return describe_general_protection();
    }
    if (address == (uintptr_t)registers[REG_RIP]) {
        return describe_jump(address);
    }
    return describe_fault(address, (registers[REG_ERR] & ERROR_WRITE) != 0);
}

static struct failure describe_signal(int signal)
{
    switch (signal) {
    case SIGPROF:
        return (struct failure){
            .rule = "no loop is without an end",
            .did = text("did not return within %d s", TEST_SECONDS),
            .usually = "waiting for an index that nobody moves, or a length that never gets to 0",
        };
    case SIGILL:
        return (struct failure){
            .rule = "the code consists of instructions",
            .did = "came to an invalid instruction",
            .usually = "a jump into data, or a way through a function that has no return",
        };
    case SIGFPE:
        return (struct failure){.did = "divided by zero, or the quotient did not fit"};
    default:
        return (struct failure){.did = text("stopped with signal %d", signal)};
    }
}

static struct failure describe(int signal, const siginfo_t *info, const greg_t *registers)
{
    const struct lab_todo *hole = find_hole((uintptr_t)registers[REG_RIP]);

    if (signal == SIGILL && hole != NULL) {
        return describe_hole(hole);
    }
    if (signal == SIGSEGV || signal == SIGBUS) {
        return describe_segv((uintptr_t)info->si_addr, registers);
    }
    return describe_signal(signal);
}

static void on_signal(int signal, siginfo_t *info, void *context)
{
    const greg_t *registers = ((ucontext_t *)context)->uc_mcontext.gregs;
    struct failure failure;

    if (signal == SIGSEGV && watch_faulted((uintptr_t)info->si_addr, context)) {
        return;
    }
    if (signal == SIGSEGV || signal == SIGBUS) {
        guest_copy_faulted();
    }
    failure = describe(signal, info, registers);
    verdict->endless = signal == SIGPROF;
    verdict_fill(verdict, &failure);
    crash_note_places(verdict, (uintptr_t)registers[REG_RIP], (uintptr_t)registers[REG_RBP],
                      (uintptr_t)registers[REG_RSP]);
    _exit(0);
}

static void on_trap(int signal, siginfo_t *info, void *context)
{
    (void)signal;
    (void)info;
    watch_stepped(context);
}

static void catch (int signal, void (*handler)(int, siginfo_t *, void *))
{
    struct sigaction action = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO | SA_ONSTACK};

    sigemptyset(&action.sa_mask);
    sigaction(signal, &action, NULL);
}

void crash_catch(void)
{
    static const int signals[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGPROF, SIGABRT};
    static char stack[65536];
    struct itimerval limit = {.it_value = {.tv_sec = TEST_SECONDS}};

    sigaltstack(&(stack_t){.ss_sp = stack, .ss_size = sizeof stack}, NULL);
    for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++) {
        catch (signals[i], on_signal);
    }
    catch (SIGTRAP, on_trap);
    setitimer(ITIMER_PROF, &limit, NULL);
}
