/* Catching the `syscall` instructions of the code under test: see entry.h. */
#include "entry.h"

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <ucontext.h>

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>

#include "deliver.h"
#include "explore.h"
#include "fakexen.h"

/* The linker makes these for a section whose name is a word. */
extern const char __start_kernel_text[], __stop_kernel_text[];

#define RED_ZONE 128 /* bytes below the stack pointer that C programs, but not kernels, may use */

static sigjmp_buf after_shutdown;
static bool until_shutdown;

/* An event may come at any hypercall: its frame then lies where the code under test may have left something. */
static void overwrite_below_stack(char *stack)
{
    memset(stack - RED_ZONE, 0xa5, RED_ZONE);
}

static void leave_as_xen(greg_t *registers, long answer)
{
    static const int arguments[] = {REG_RDI, REG_RSI, REG_RDX, REG_R10, REG_R8, REG_RCX, REG_R11};

    registers[REG_RAX] = answer;
    for (size_t i = 0; i < ARRAY_LENGTH(arguments); i++) {
        registers[arguments[i]] = (greg_t)fakexen.poison;
    }
    overwrite_below_stack((char *)registers[REG_RSP]);
}

/* hypercall() keeps nothing on the stack: its return address is the uppermost word there. */
static uintptr_t caller_of(const uintptr_t *stack)
{
    bool under_test =
        *stack > (uintptr_t)__start_kernel_text && *stack <= (uintptr_t)__stop_kernel_text;

    return under_test ? *stack - 1 : 0;
}

/* Before the guest goes on, others may, and an upcall may come. */
static void leave_to_guest(greg_t *registers)
{
    if (explore_running()) {
        explore_entered_xen(registers);
    } else {
        deliver_if_due(registers);
    }
}

static void on_syscall(int signal, siginfo_t *info, void *context)
{
    greg_t *registers = ((ucontext_t *)context)->uc_mcontext.gregs;
    struct fakexen_call call = {
        .number = (uint64_t)registers[REG_RAX],
        .arguments = {(uint64_t)registers[REG_RDI], (uint64_t)registers[REG_RSI],
                      (uint64_t)registers[REG_RDX], (uint64_t)registers[REG_R10],
                      (uint64_t)registers[REG_R8]},
        .place = (uintptr_t)registers[REG_RIP],
        .stack = (uintptr_t)registers[REG_RSP],
        .frame = (uintptr_t)registers[REG_RBP],
        .caller = caller_of((const uintptr_t *)registers[REG_RSP]),
    };

    (void)signal;
    (void)info;
    if (call.number == __HYPERVISOR_iret && fakexen.answer == NULL) {
        deliver_return(registers);
    } else {
        leave_as_xen(registers, fakexen_hypercall(&call));
    }
    if (fakexen.shut_down && until_shutdown) {
        siglongjmp(after_shutdown, 1);
    }
    leave_to_guest(registers);
}

bool entry_until_shutdown(void (*function)(void))
{
    if (sigsetjmp(after_shutdown, 1) != 0) {
        until_shutdown = false;
        return true;
    }
    until_shutdown = true;
    function();
    until_shutdown = false;
    return false;
}

#define LOW(address) ((uint32_t)(uintptr_t)(address))
#define FIELD(name)  ((uint32_t)offsetof(struct seccomp_data, name))
#define LOAD(offset) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offset)
#define END(action)  BPF_STMT(BPF_RET | BPF_K, action)

/* The program is linked below 4 GiB. The address that a filter sees is the one after the instruction. */
static int install_filter(void)
{
    struct sock_filter program[] = {
        LOAD(FIELD(instruction_pointer) + 4),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0, 0, 3),
        LOAD(FIELD(instruction_pointer)),
        BPF_JUMP(BPF_JMP | BPF_JGT | BPF_K, LOW(__start_kernel_text), 0, 1),
        BPF_JUMP(BPF_JMP | BPF_JGT | BPF_K, LOW(__stop_kernel_text), 0, 1),
        END(SECCOMP_RET_ALLOW),
        END(SECCOMP_RET_TRAP),
    };
    struct sock_fprog filter = {.len = ARRAY_LENGTH(program), .filter = program};

    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
        prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) != 0) {
        return -errno;
    }
    return 0;
}

int entry_catch(void)
{
    struct sigaction action = {.sa_sigaction = on_syscall, .sa_flags = SA_SIGINFO | SA_ONSTACK};

    sigemptyset(&action.sa_mask);
    return sigaction(SIGSYS, &action, NULL) != 0 ? -errno : install_filter();
}
