/*
 * The multiplication of complex numbers, which the compiler leaves to a library: newlib's complex functions need it. Not the
 * compiler's own, because that one uses the red zone, where an upcall would write.
 *
 * Document: the C standard, annex G.5.1: an infinity times anything but zero is an infinity, even where a NaN comes out
 * of the four products.
 */
#include <math.h>
#include <stdbool.h>

_Complex float __mulsc3(float a, float b, float c, float d);
_Complex double __muldc3(double a, double b, double c, double d);
_Complex long double __mulxc3(long double a, long double b, long double c, long double d);

/* One part of an infinite operand: 1 where it is infinite, 0 elsewhere, with its sign. */
static long double boxed(long double part)
{
    return copysignl(isinf(part) ? 1 : 0, part);
}

/* A NaN beside an infinity counts as a zero. */
static long double zero_for_nan(long double part)
{
    return isnan(part) ? copysignl(0, part) : part;
}

/* An infinite product: of the operands' directions only. */
static _Complex long double infinite(long double a, long double b, long double c, long double d)
{
    if (isinf(a) || isinf(b)) {
        a = boxed(a);
        b = boxed(b);
    }
    if (isinf(c) || isinf(d)) {
        c = boxed(c);
        d = boxed(d);
    }
    a = zero_for_nan(a);
    b = zero_for_nan(b);
    c = zero_for_nan(c);
    d = zero_for_nan(d);
    return __builtin_complex(INFINITY * (a * c - b * d), INFINITY * (a * d + b * c));
}

_Complex long double __mulxc3(long double a, long double b, long double c, long double d)
{
    long double real = a * c - b * d;
    long double imaginary = a * d + b * c;
    bool from_infinity = isinf(a) || isinf(b) || isinf(c) || isinf(d);

    if (isnan(real) && isnan(imaginary) && from_infinity) {
        return infinite(a, b, c, d);
    }
    return __builtin_complex(real, imaginary);
}

_Complex double __muldc3(double a, double b, double c, double d)
{
    return (_Complex double)__mulxc3(a, b, c, d);
}

_Complex float __mulsc3(float a, float b, float c, float d)
{
    return (_Complex float)__mulxc3(a, b, c, d);
}
