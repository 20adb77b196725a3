/* newlib's locks: what is in balance passes, what is not ends in a panic. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>

#include <CUnit/CUnit.h>

#include <stardust/panic.h>

#include "../tap/tap.h"

typedef struct __lock *lock;

void __retarget_lock_init(lock *l);
void __retarget_lock_init_recursive(lock *l);
void __retarget_lock_close(lock l);
void __retarget_lock_close_recursive(lock l);
void __retarget_lock_acquire(lock l);
void __retarget_lock_acquire_recursive(lock l);
int __retarget_lock_try_acquire(lock l);
int __retarget_lock_try_acquire_recursive(lock l);
void __retarget_lock_release(lock l);
void __retarget_lock_release_recursive(lock l);

static jmp_buf before_panic;

_Noreturn void panic(const char *format, ...)
{
    (void)format;
    longjmp(before_panic, 1);
}

/* Whether `step` panics. */
static bool panics(void (*step)(lock), lock l)
{
    if (setjmp(before_panic) != 0) {
        return true;
    }
    step(l);
    return false;
}

static void test_plain(void)
{
    lock l;

    __retarget_lock_init(&l);
    CU_ASSERT_FALSE(panics(__retarget_lock_acquire, l));
    CU_ASSERT_NOT_EQUAL(__retarget_lock_try_acquire(l), 0);
    CU_ASSERT_TRUE(panics(__retarget_lock_acquire, l));
    CU_ASSERT_TRUE(panics(__retarget_lock_close, l));
    CU_ASSERT_FALSE(panics(__retarget_lock_release, l));
    CU_ASSERT_TRUE(panics(__retarget_lock_release, l));
    CU_ASSERT_EQUAL(__retarget_lock_try_acquire(l), 0);
    CU_ASSERT_FALSE(panics(__retarget_lock_release, l));
    CU_ASSERT_FALSE(panics(__retarget_lock_close, l));
}

static void test_recursive(void)
{
    lock l;

    __retarget_lock_init_recursive(&l);
    CU_ASSERT_FALSE(panics(__retarget_lock_acquire_recursive, l));
    CU_ASSERT_EQUAL(__retarget_lock_try_acquire_recursive(l), 0);
    CU_ASSERT_FALSE(panics(__retarget_lock_release_recursive, l));
    CU_ASSERT_TRUE(panics(__retarget_lock_close_recursive, l));
    CU_ASSERT_FALSE(panics(__retarget_lock_release_recursive, l));
    CU_ASSERT_TRUE(panics(__retarget_lock_release_recursive, l));
    CU_ASSERT_FALSE(panics(__retarget_lock_close_recursive, l));
}

static const struct tap_test tests[] = {
    {"a plain lock is held once", test_plain},
    {"a recursive lock is given back as often as it was taken", test_recursive},
};

int main(void)
{
    return TAP_RUN("locks", tests);
}
