/* Our multiplication of complex numbers, against the compiler's own. */
#include <complex.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

#include <CUnit/CUnit.h>

#include "../tap/tap.h"

_Complex float kernel_mulsc3(float a, float b, float c, float d);
_Complex double kernel_muldc3(double a, double b, double c, double d);
_Complex long double kernel_mulxc3(long double a, long double b, long double c, long double d);

/* Numbers whose products are exact: the compiler's own routine rounds in other places. */
static const double parts[] = {0, -0.0, 1, -1, 2.5, -3, 0.125, INFINITY, -INFINITY, NAN};

#define PARTS (sizeof(parts) / sizeof(parts[0]))

static bool alike(double got, double expected)
{
    return isnan(expected) ? isnan(got) : got == expected;
}

static bool compare(double a, double b, double c, double d)
{
    volatile double complex left = CMPLX(a, b), right = CMPLX(c, d);
    double complex expected = left * right;
    double complex got = kernel_muldc3(a, b, c, d);
    double complex wide = (double complex)kernel_mulxc3(a, b, c, d);

    return alike(creal(got), creal(expected)) && alike(cimag(got), cimag(expected)) &&
           alike(creal(wide), creal(expected)) && alike(cimag(wide), cimag(expected));
}

static void test_all_pairs(void)
{
    int wrong = 0;

    for (size_t i = 0; i < PARTS * PARTS * PARTS * PARTS; i++) {
        wrong += !compare(parts[i % PARTS], parts[i / PARTS % PARTS],
                          parts[i / PARTS / PARTS % PARTS], parts[i / PARTS / PARTS / PARTS]);
    }
    CU_ASSERT_EQUAL(wrong, 0);
}

static void test_float(void)
{
    float complex product = kernel_mulsc3(1, 2, 3, 4);

    CU_ASSERT_EQUAL(crealf(product), -5);
    CU_ASSERT_EQUAL(cimagf(product), 10);
}

static const struct tap_test tests[] = {
    {"numbers, zeros, infinities and NaNs, each with each", test_all_pairs},
    {"float", test_float},
};

int main(void)
{
    return TAP_RUN("complex", tests);
}
