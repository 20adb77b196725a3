/*
 * newlib's locks, where there are threads: the kernel's mutexes. Its own are static and all zero, so that it may take them at
 * any time; before threads begin, taking a mutex always succeeds. Where there are no threads, lock.c stands here.
 */
#include <sys/lock.h>

#include <stdlib.h>

#include <stardust/mutex.h>
#include <stardust/panic.h>

struct __lock {
    struct mutex mutex;
};

/* The locks that newlib declares and every port provides, by newlib's names. */
struct __lock __lock___sfp_recursive_mutex = {MUTEX_RECURSIVE};
struct __lock __lock___atexit_recursive_mutex = {MUTEX_RECURSIVE};
struct __lock __lock___at_quick_exit_mutex;
struct __lock __lock___malloc_recursive_mutex = {MUTEX_RECURSIVE};
struct __lock __lock___env_recursive_mutex = {MUTEX_RECURSIVE};
struct __lock __lock___tz_mutex;
struct __lock __lock___dd_hash_mutex;
struct __lock __lock___arc4random_mutex;

static _LOCK_T new_lock(void)
{
    _LOCK_T lock = malloc(sizeof *lock);

    assert_that(lock != NULL, "C library: no memory for a lock");
    return lock;
}

void __retarget_lock_init(_LOCK_T *lock)
{
    *lock = new_lock();
    mutex_init(&(*lock)->mutex);
}

void __retarget_lock_init_recursive(_LOCK_T *lock)
{
    *lock = new_lock();
    mutex_init_recursive(&(*lock)->mutex);
}

void __retarget_lock_close(_LOCK_T lock)
{
    assert_that(lock->mutex.owner == 0, "C library: the lock %p was closed while held",
                (void *)lock);
    free(lock);
}

void __retarget_lock_close_recursive(_LOCK_T lock)
{
    __retarget_lock_close(lock);
}

void __retarget_lock_acquire(_LOCK_T lock)
{
    mutex_lock(&lock->mutex);
}

void __retarget_lock_acquire_recursive(_LOCK_T lock)
{
    mutex_lock(&lock->mutex);
}

/* The two below return 0 when they took the lock, as pthread_mutex_trylock does. */
int __retarget_lock_try_acquire(_LOCK_T lock)
{
    return mutex_trylock(&lock->mutex) ? 0 : 1;
}

int __retarget_lock_try_acquire_recursive(_LOCK_T lock)
{
    return mutex_trylock(&lock->mutex) ? 0 : 1;
}

void __retarget_lock_release(_LOCK_T lock)
{
    mutex_unlock(&lock->mutex);
}

void __retarget_lock_release_recursive(_LOCK_T lock)
{
    mutex_unlock(&lock->mutex);
}
