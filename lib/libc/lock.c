/*
 * newlib's locks. There is one thread, so that a lock is never waited for; but each keeps count, so that a lock taken twice
 * or given back once too often ends in a report today and not in a corrupted heap on the day of the second thread.
 */
#include <sys/lock.h>

#include <stdbool.h>
#include <stdlib.h>

#include <stardust/panic.h>

struct __lock {
    unsigned depth; /* how often it is held: more than once only when recursive */
};

/* The locks that newlib declares and every port provides, by newlib's names. */
struct __lock __lock___sfp_recursive_mutex;
struct __lock __lock___atexit_recursive_mutex;
struct __lock __lock___at_quick_exit_mutex;
struct __lock __lock___malloc_recursive_mutex;
struct __lock __lock___env_recursive_mutex;
struct __lock __lock___tz_mutex;
struct __lock __lock___dd_hash_mutex;
struct __lock __lock___arc4random_mutex;

void __retarget_lock_init(_LOCK_T *lock)
{
    *lock = calloc(1, sizeof(struct __lock));
    assert_that(*lock != NULL, "C library: no memory for a lock");
}

void __retarget_lock_init_recursive(_LOCK_T *lock)
{
    __retarget_lock_init(lock);
}

void __retarget_lock_close(_LOCK_T lock)
{
    assert_that(lock->depth == 0, "C library: the lock %p was closed while held", (void *)lock);
    free(lock);
}

void __retarget_lock_close_recursive(_LOCK_T lock)
{
    __retarget_lock_close(lock);
}

void __retarget_lock_acquire(_LOCK_T lock)
{
    assert_that(lock->depth == 0, "C library: the lock %p was taken twice", (void *)lock);
    lock->depth = 1;
}

void __retarget_lock_acquire_recursive(_LOCK_T lock)
{
    lock->depth++;
}

/* The two below return 0 when they took the lock, as pthread_mutex_trylock does. */
int __retarget_lock_try_acquire(_LOCK_T lock)
{
    if (lock->depth != 0) {
        return 1;
    }
    lock->depth = 1;
    return 0;
}

int __retarget_lock_try_acquire_recursive(_LOCK_T lock)
{
    lock->depth++;
    return 0;
}

void __retarget_lock_release(_LOCK_T lock)
{
    assert_that(lock->depth == 1, "C library: the lock %p was given back while held %u times",
                (void *)lock, lock->depth);
    lock->depth = 0;
}

void __retarget_lock_release_recursive(_LOCK_T lock)
{
    assert_that(lock->depth > 0, "C library: the lock %p was given back while not held",
                (void *)lock);
    lock->depth--;
}
