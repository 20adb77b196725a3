/* The kernel's error numbers as newlib's, each one that Xen's header names. */
#include "lib/libc/error.h"

#include <stdio.h>

#include <CUnit/CUnit.h>

#include "../tap/tap.h"

static const struct {
    const char *name;
    int xen;
    int newlib;
} expected[] = {
#include "expected.h"
};

#define EXPECTED (sizeof(expected) / sizeof(expected[0]))

/* error.c is compiled with newlib's headers: this is its errno. */
static int newlib_errno;
int *__errno(void);

int *__errno(void)
{
    return &newlib_errno;
}

static void test_every_number(void)
{
    CU_ASSERT_TRUE(EXPECTED > 40);
    for (size_t i = 0; i < EXPECTED; i++) {
        int got = errno_from_xen(-expected[i].xen);

        if (got != expected[i].newlib) {
            printf("# %s is %d, must be %d\n", expected[i].name, got, expected[i].newlib);
        }
        CU_ASSERT_EQUAL(got, expected[i].newlib);
    }
}

static void test_known_numbers(void)
{
    CU_ASSERT_EQUAL(errno_from_xen(-38), 88);   /* ENOSYS */
    CU_ASSERT_EQUAL(errno_from_xen(-110), 116); /* ETIMEDOUT */
    CU_ASSERT_EQUAL(errno_from_xen(-35), 45);   /* EDEADLK, not EDEADLOCK */
    CU_ASSERT_EQUAL(errno_from_xen(-22), 22);   /* EINVAL */
}

static void test_other_numbers(void)
{
    CU_ASSERT_EQUAL(errno_from_xen(0), 0);
    CU_ASSERT_EQUAL(errno_from_xen(-4000), 5); /* EIO */
    CU_ASSERT_EQUAL(errno_from_xen(38), 5);
}

static void test_sets_errno(void)
{
    newlib_errno = 0;
    CU_ASSERT_EQUAL(fail_with_xen(-38), -1);
    CU_ASSERT_EQUAL(newlib_errno, 88);
}

static const struct tap_test tests[] = {
    {"each of Xen's numbers becomes newlib's of that name", test_every_number},
    {"numbers that are known to differ", test_known_numbers},
    {"success, and numbers that nobody named", test_other_numbers},
    {"errno is set", test_sets_errno},
};

int main(void)
{
    return TAP_RUN("errors", tests);
}
