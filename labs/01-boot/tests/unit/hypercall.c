/* Exercise 1.1: the way into the hypervisor. */
#include <stdio.h>

#include <stardust/hypercall.h>

#include <tests/fakexen/fakexen.h>
#include <tests/fakexen/runner/test.h>
#include <tests/ktap/random.h>

#include "call.h"
#include "suites.h"

#define ABI "(Xen's guest guide, \"Hypercall ABI\")"

static const char *const argument_register[] = {"rdi", "rsi", "rdx", "r10", "r8"};
static const char *const argument_from[] = {"rsi", "rdx", "rcx", "r8", "r9"};
static const char *const kept_register[KEPT_REGISTERS] = {"rbx", "rbp", "r12", "r13", "r14", "r15"};

static uint64_t scripted_answer;

static long answer_as_scripted(const struct fakexen_call *call)
{
    (void)call;
    return (long)scripted_answer;
}

/* A call in which no two registers hold the same value. Each value needs all of its 64 bits. */
static struct call prepare(void)
{
    struct random random = random_start(test_seed());
    struct call call = {.number = __HYPERVISOR_xen_version};

    fakexen_start(&(struct fakexen_options){.seed = test_seed()});
    fakexen.answer = answer_as_scripted;
    for (unsigned i = 0; i < ARRAY_LENGTH(call.arguments); i++) {
        call.arguments[i] = random_next(&random);
    }
    for (unsigned i = 0; i < KEPT_REGISTERS; i++) {
        call.kept[i] = random_next(&random);
    }
    call.scratch = random_next(&random);
    return call;
}

/* The instruction itself, for a failure's place: Xen is told the address behind it. */
static const void *syscall_place(void)
{
    return (const void *)(fakexen.last.place - 1);
}

static void check_entered(void)
{
    CHECK(fakexen.calls > 0,
          .rule = "hypercall() enters the hypervisor by the instruction syscall " ABI,
          .did = "returned without a syscall", .expected = "one syscall",
          .usually = "a ret before the syscall", .where = (const void *)hypercall);
}

/* What the register for argument `n` holds that it should not, in words. */
static const char *describe_wrong(const struct call *call, unsigned n, uint64_t value)
{
    if (value == call->scratch) {
        return text("%s still held what it held before the call", argument_register[n]);
    }
    for (unsigned i = 0; i < ARRAY_LENGTH(call->arguments); i++) {
        if (value == call->arguments[i]) {
            return text("%s held argument %u at the syscall", argument_register[n], i + 1);
        }
    }
    return value == call->number
               ? text("%s held the number at the syscall", argument_register[n])
               : text("%s held 0x%lx at the syscall", argument_register[n], value);
}

static void check_argument(unsigned n, const char *usually)
{
    struct call call = prepare();
    uint64_t arrived;

    call_hypercall(&call);
    check_entered();
    arrived = fakexen.last.arguments[n];
    CHECK(arrived == call.arguments[n],
          .rule = text("Xen takes argument %u of a hypercall from %s " ABI, n + 1,
                       argument_register[n]),
          .did = describe_wrong(&call, n, arrived),
          .expected = text("argument %u, 0x%lx, which C passes to hypercall() in %s", n + 1,
                           call.arguments[n], argument_from[n]),
          .usually = usually, .where = syscall_place());
}

static void test_number(void)
{
    struct call call = prepare();

    call.number = 0x1234567812345678;
    call_hypercall(&call);
    check_entered();
    CHECK(fakexen.last.number == call.number,
          .rule = "Xen takes the hypercall's number from rax " ABI,
          .did = text("rax held 0x%lx at the syscall", fakexen.last.number),
          .expected = text("the number, 0x%lx, which C passes to hypercall() in rdi", call.number),
          .usually = "the number is in rdi, and rdi was overwritten before it was copied",
          .where = syscall_place());
}

static void test_first_arguments(void)
{
    static const char usually[] =
        "the moves overwrite a register whose value is still needed: their order matters";

    check_argument(0, usually);
    check_argument(1, usually);
    check_argument(2, usually);
}

static void test_fourth_argument(void)
{
    check_argument(3, "rcx is where C passes a function's fourth argument, but syscall overwrites "
                      "rcx: hence r10");
}

static void test_fifth_argument(void)
{
    check_argument(4, "C passes hypercall()'s sixth argument in r9, and Xen looks for it in r8");
}

static void check_answer(uint64_t answer)
{
    struct call call = prepare();

    scripted_answer = answer;
    call_hypercall(&call);
    check_entered();
    CHECK(call.answer == answer,
          .rule = "hypercall() returns what Xen left in rax, all 64 bits of it " ABI,
          .did = text("returned 0x%lx", call.answer), .expected = text("0x%lx", answer),
          .usually = "rax was overwritten after the syscall, or only its lower half was kept",
          .where = (const void *)hypercall);
}

static void test_answer(void)
{
    check_answer(0);
    check_answer((uint64_t)-38);
    check_answer(0x123456789abcdef0);
    check_answer(0x00000000fffffff0);
}

static void test_registers(void)
{
    struct call call = prepare();

    call_hypercall(&call);
    check_entered();
    for (unsigned i = 0; i < KEPT_REGISTERS; i++) {
        CHECK(call.kept_after[i] == call.kept[i],
              .rule = "a function gives rbx, rbp and r12 to r15 back as it found them (System V "
                      "ABI for x86-64, 3.2.1)",
              .did = text("%s held 0x%lx before and 0x%lx after", kept_register[i], call.kept[i],
                          call.kept_after[i]),
              .expected = text("%s unchanged", kept_register[i]),
              .usually = "it was used as a scratch register; rax, rcx, rdx, rsi, rdi and r8 to r11 "
                         "are free for that",
              .where = (const void *)hypercall);
    }
}

static void test_stack(void)
{
    struct call call = prepare();

    call_hypercall(&call);
    check_entered();
    CHECK(call.stack_after == call.stack,
          .rule = "a function returns with the stack pointer as it was before the call (System V "
                  "ABI for x86-64, 3.2.2)",
          .did =
              text("returned with rsp moved by %ld bytes", (long)(call.stack_after - call.stack)),
          .expected = "as many pops as pushes",
          .usually = "a push before the syscall has no pop after it",
          .where = (const void *)hypercall);
    CHECK(fakexen.last.stack <= call.stack - 8,
          .rule = "what lies below the stack pointer may be overwritten at any time: an event's "
                  "frame goes there",
          .did = text("at the syscall rsp was %ld bytes above the return address",
                      (long)(fakexen.last.stack - (call.stack - 8))),
          .expected = "rsp at the return address or below",
          .usually = "a pop too many before the syscall", .where = syscall_place());
}

static void test_once(void)
{
    struct call call = prepare();

    call_hypercall(&call);
    CHECK(fakexen.calls == 1, .rule = "hypercall() makes one hypercall: most of them have effects",
          .did = text("entered Xen %lu times", fakexen.calls), .expected = "once",
          .usually = "a loop, or a second syscall", .where = (const void *)hypercall);
}

/* A debug build of Xen overwrites the argument registers; the value must make no difference. */
static void test_overwritten(void)
{
    struct call call = prepare();

    scripted_answer = 7;
    fakexen.poison = 0;
    call_hypercall(&call);
    CHECK(call.answer == 7 && call.stack_after == call.stack,
          .rule = "after a hypercall the argument registers, rcx and r11 may hold anything " ABI,
          .did = text("returned 0x%lx when Xen left 0 in them", call.answer),
          .expected = "7, what Xen left in rax",
          .usually = "something was kept in an argument register across the syscall",
          .where = (const void *)hypercall);
}

CU_TestInfo hypercall_tests[] = {
    {"number", test_number},
    {"first_arguments", test_first_arguments},
    {"fourth_argument", test_fourth_argument},
    {"fifth_argument", test_fifth_argument},
    {"answer", test_answer},
    {"registers", test_registers},
    {"stack", test_stack},
    {"once", test_once},
    {"overwritten", test_overwritten},
    CU_TEST_INFO_NULL,
};
