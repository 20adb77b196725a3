/* setjmp and longjmp: our assembly, run on the build machine, whose calling convention is the same. */
#include <fenv.h>
#include <stdint.h>
#include <string.h>

#include <CUnit/CUnit.h>

#include "../tap/tap.h"

#define JMP_BUF_WORDS 9 /* _JBLEN of machine/setjmp.h; a tenth shows whether more is written */

typedef uint64_t buffer[JMP_BUF_WORDS + 1];

int kernel_setjmp(buffer env) __attribute__((returns_twice));
_Noreturn void kernel_longjmp(buffer env, int value);

static int value_after(int value)
{
    buffer env = {0};
    volatile int jumps = 0;
    int result = kernel_setjmp(env);

    if (jumps == 0) {
        jumps = 1;
        kernel_longjmp(env, value);
    }
    return result;
}

static void test_value(void)
{
    CU_ASSERT_EQUAL(value_after(5), 5);
    CU_ASSERT_EQUAL(value_after(-1), -1);
    CU_ASSERT_EQUAL(value_after(1), 1);
    CU_ASSERT_EQUAL(value_after(INT32_MIN), INT32_MIN);
}

static void test_never_zero(void)
{
    CU_ASSERT_EQUAL(value_after(0), 1);
}

static void test_size(void)
{
    buffer env;

    memset(env, 0x5a, sizeof(env));
    CU_ASSERT_EQUAL(kernel_setjmp(env), 0);
    CU_ASSERT_EQUAL(env[JMP_BUF_WORDS], 0x5a5a5a5a5a5a5a5a);
    CU_ASSERT_NOT_EQUAL(env[JMP_BUF_WORDS - 1], 0x5a5a5a5a5a5a5a5a);
}

/* In assembly, so that the compiler neither keeps something in these registers nor restores them: registers_lost.S. */
uint64_t registers_lost(buffer env);

static void test_registers(void)
{
    buffer env = {0};

    CU_ASSERT_EQUAL(registers_lost(env), 0);
}

static unsigned mxcsr(void)
{
    unsigned value;

    __asm__ volatile("stmxcsr %0" : "=m"(value));
    return value;
}

static void set_mxcsr(unsigned value)
{
    __asm__ volatile("ldmxcsr %0" : : "m"(value));
}

static unsigned x87_control(void)
{
    uint16_t value;

    __asm__ volatile("fnstcw %0" : "=m"(value));
    return value;
}

static void test_floating_point(void)
{
    buffer env = {0};
    unsigned sse = mxcsr() & ~0x3fU;
    unsigned x87 = x87_control();

    feclearexcept(FE_ALL_EXCEPT);
    if (kernel_setjmp(env) == 0) {
        fesetround(FE_UPWARD);
        set_mxcsr(mxcsr() | FE_OVERFLOW);
        CU_ASSERT_NOT_EQUAL(mxcsr() & ~0x3fU, sse);
        kernel_longjmp(env, 1);
    }
    CU_ASSERT_EQUAL(mxcsr() & ~0x3fU, sse);
    CU_ASSERT_EQUAL(x87_control(), x87);
    CU_ASSERT_NOT_EQUAL(mxcsr() & FE_OVERFLOW, 0);
    feclearexcept(FE_ALL_EXCEPT);
}

static const struct tap_test tests[] = {
    {"setjmp returns what longjmp was given", test_value},
    {"longjmp with 0 makes setjmp return 1", test_never_zero},
    {"a jmp_buf holds all of it, and no more is written", test_size},
    {"registers are as they were", test_registers},
    {"rounding is as it was, exceptions seen since are kept", test_floating_point},
};

int main(void)
{
    return TAP_RUN("setjmp", tests);
}
