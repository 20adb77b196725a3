/*
 * The rig's test guest: the first word of its command line says how it ends. Made to try the rig
 * with, not to be a kernel.
 */
#include <stdint.h>

#include <xen/xen.h>

#include <xen/sched.h>

#include "ring.h"

void hole(void);
void guest_main(const struct start_info *info);

extern char guard_boot_stack[4096];
extern char hole_place[];

static void print(const char *text)
{
    long length = 0;

    if (ring_is_open()) {
        ring_print(text);
        return;
    }
    while (text[length] != '\0') {
        length++;
    }
    hypercall(__HYPERVISOR_console_io, CONSOLEIO_write, length, (long)text);
}

static void print_hexadecimal(unsigned long number)
{
    char digits[17] = {0};

    for (int i = 15; i >= 0; i--, number >>= 4) {
        digits[i] = "0123456789abcdef"[number & 15];
    }
    print(digits);
}

static _Noreturn void stop(unsigned reason)
{
    struct sched_shutdown request = {.reason = reason};

    for (;;) {
        hypercall(__HYPERVISOR_sched_op, SCHEDOP_shutdown, (long)&request, 0);
    }
}

static int starts_with(const char *text, const char *word)
{
    while (*word != '\0' && *text == *word) {
        text++;
        word++;
    }
    return *word == '\0';
}

static void spin(void)
{
    for (;;) {
        __asm__ volatile("pause");
    }
}

/* Not a tail call: every level keeps a frame with a buffer on the stack. */
static long overflow(volatile long depth)
{
    volatile char frame[512];

    frame[0] = (char)depth;
    if (depth < 0) {
        return 0;
    }
    return overflow(depth + 1) + frame[0];
}

static void overflow_into_guard(void)
{
    hypercall(__HYPERVISOR_update_va_mapping, (long)guard_boot_stack, 0, UVMF_INVLPG | UVMF_ALL);
    overflow(0);
}

static void jump_to_null(void)
{
    void (*volatile function)(void) = 0;

    function();
}

static void write_to_nowhere(void)
{
    *(volatile long *)0x123456789000 = 1;
}

static void divide_by_zero(void)
{
    volatile int zero = 0;

    zero = 100 / zero;
}

static void report_and_crash(void)
{
    print("\n*** panic: made by the test guest\n  call chain, innermost first\n    ");
    print_hexadecimal((unsigned long)hole_place);
    print("  hole+0x4\n");
    stop(SHUTDOWN_crash);
}

/* What a kernel with a trap handler prints of a hole. */
static void report_hole_and_crash(void)
{
    print("\n*** stopped at a hole\n  registers\n    rip ");
    print_hexadecimal((unsigned long)hole_place);
    print("  flags 00000246\n");
    stop(SHUTDOWN_crash);
}

/* What a submission might try: Xen's words about a clean end, before a crash. */
static void forge(void)
{
    print("(XEN) Hardware Dom0 shutdown: rebooting machine\n");
    hole();
}

/* A shutdown that leaves the machine halted, so that QEMU would stay for ever. */
static void power_off(void)
{
    stop(SHUTDOWN_poweroff);
}

static void shut_down_oddly(void)
{
    stop(99);
}

/* Returning to where no return frame is: Xen crashes the domain on its own account. */
static void return_nowhere(void)
{
    hypercall(__HYPERVISOR_iret, 0, 0, 0);
}

/* An operation that Xen refuses, with a line in its log, and that the guest survives: a writable
 * page as page table. */
static void be_refused(void)
{
    struct mmuext_op pin = {.cmd = MMUEXT_PIN_L4_TABLE, .arg1.mfn = 1UL << 40};

    hypercall(__HYPERVISOR_mmuext_op, (long)&pin, 1, 0);
}

static void leave_line_unfinished(void)
{
    print("no newline after this");
    hole();
}

static void flood(void)
{
    for (;;) {
        print("...................................................................................."
              "............\n");
    }
}

static void wait_for_ever(void)
{
    hypercall(__HYPERVISOR_sched_op, SCHEDOP_block, 0, 0);
    spin();
}

/* Many lines, each different, then a clean end: none may be lost, none may change places. */
static void count(void)
{
    for (unsigned long i = 0; i < 8000; i++) {
        print_hexadecimal(i);
        print("\n");
    }
}

/* The last words of a guest that dies before it can say that there are any. */
static void die_unannounced(void)
{
    ring_print_unannounced("last words\n");
    stop(SHUTDOWN_poweroff);
}

static void reboot(void)
{
    stop(SHUTDOWN_reboot);
}

static const struct {
    const char *word;
    void (*act)(void);
} acts[] = {
    {"hole", hole},
    {"overflow", overflow_into_guard},
    {"null", jump_to_null},
    {"nowhere", write_to_nowhere},
    {"divide", divide_by_zero},
    {"iret", return_nowhere},
    {"refused", be_refused},
    {"crash", report_and_crash},
    {"reported", report_hole_and_crash},
    {"unfinished", leave_line_unfinished},
    {"forge", forge},
    {"poweroff", power_off},
    {"odd", shut_down_oddly},
    {"loop", spin},
    {"block", wait_for_ever},
    {"flood", flood},
    {"count", count},
    {"ring", ring_break},
    {"unannounced", die_unannounced},
    {"reboot", reboot},
};

void guest_main(const struct start_info *info)
{
    const char *line = (const char *)info->cmd_line;

    if (starts_with(line, "silent")) {
        spin();
    }
    ring_open(info);
    print("hello from the test guest\n");
    print("command line: ");
    print(line);
    print("\n");
    for (unsigned i = 0; i < sizeof acts / sizeof acts[0]; i++) {
        if (starts_with(line, acts[i].word)) {
            acts[i].act();
        }
    }
    stop(ring_is_open() ? SHUTDOWN_poweroff : SHUTDOWN_reboot);
}
