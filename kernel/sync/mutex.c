/* Mutexes: see stardust/mutex.h. */
#include <stardust/mutex.h>

#include <stardust/panic.h>
#include <stardust/thread.h>
#include <stardust/wait.h>

#include "inner_lock.h"

static struct thread *owner_of(uintptr_t word)
{
    return (struct thread *)(word & ~(MUTEX_WAITED | MUTEX_AGAIN));
}

static bool is_ours(const struct mutex *m)
{
    const struct thread *owner = owner_of(__atomic_load_n(&m->owner, __ATOMIC_RELAXED));

    return owner != NULL && owner == thread_current();
}

/* Make the owner's word `to`, if it is `from` exactly. */
static inline bool change_owner(struct mutex *m, struct thread *from, struct thread *to)
{
    uintptr_t expected = (uintptr_t)from;

    return __atomic_compare_exchange_n(&m->owner, &expected, (uintptr_t)to, false, __ATOMIC_ACQ_REL,
                                       __ATOMIC_RELAXED);
}

void mutex_init(struct mutex *m)
{
    *m = (struct mutex){.recursive = false};
}

void mutex_init_recursive(struct mutex *m)
{
    *m = (struct mutex)MUTEX_RECURSIVE;
}

/* Our mutex, once more. The bit in the owner's word keeps unlocking from its quick way. */
static void lock_again(struct mutex *m)
{
    assert_that(m->recursive, "mutex_lock: thread \"%s\" holds the mutex %p already",
                thread_current()->name, (void *)m);
    m->again++;
    __atomic_fetch_or(&m->owner, MUTEX_AGAIN, __ATOMIC_RELAXED);
}

/* Take `m`, or have its owner know that somebody waits. Returns whether it was taken. The lock is held. */
static bool take_or_mark(struct mutex *m)
{
    uintptr_t word = __atomic_load_n(&m->owner, __ATOMIC_RELAXED);
    uintptr_t wanted;

    do {
        wanted = word == 0 ? (uintptr_t)thread_current() : word | MUTEX_WAITED;
    } while (!__atomic_compare_exchange_n(&m->owner, &word, wanted, false, __ATOMIC_ACQ_REL,
                                          __ATOMIC_RELAXED));
    return word == 0;
}

/* A waiter has left without the mutex. The lock is held. */
static void unmark_if_alone(struct mutex *m)
{
    if (wait_queue_empty(&m->waiters)) {
        __atomic_fetch_and(&m->owner, ~MUTEX_WAITED, __ATOMIC_RELAXED);
    }
}

__attribute__((noinline)) static int lock_slowly(struct mutex *m, nsec_t deadline)
{
    int error = 0;
    critical_t state;

    if (is_ours(m)) {
        lock_again(m);
        return 0;
    }
    state = inner_lock(&m->lock);
    if (!take_or_mark(m)) {
        /* Who wakes us has made us the owner. */
        error = wait_queue_sleep(&m->waiters, &m->lock, deadline, "a mutex");
    }
    if (error != 0) {
        unmark_if_alone(m);
    }
    inner_unlock(&m->lock, state);
    return error;
}

void mutex_lock(struct mutex *m)
{
    if (!change_owner(m, NULL, thread_current())) {
        lock_slowly(m, NSEC_FOREVER);
    }
}

int mutex_lock_until(struct mutex *m, nsec_t deadline)
{
    return change_owner(m, NULL, thread_current()) ? 0 : lock_slowly(m, deadline);
}

bool mutex_trylock(struct mutex *m)
{
    if (change_owner(m, NULL, thread_current())) {
        return true;
    }
    if (!m->recursive || !is_ours(m)) {
        return false;
    }
    lock_again(m);
    return true;
}

static _Noreturn void complain(const struct mutex *m, const struct thread *owner)
{
    const struct thread *caller = thread_current();
    const char *name = caller != NULL ? caller->name : "before threads";

    if (owner == NULL) {
        panic("mutex_unlock: thread \"%s\" does not hold the mutex %p: nobody does", name,
              (const void *)m);
    }
    panic("mutex_unlock: thread \"%s\" does not hold the mutex %p: thread \"%s\" does", name,
          (const void *)m, owner->name);
}

/* The first waiter gets it before it even runs, so that nobody can take it in between. The lock is held. */
static void hand_over(struct mutex *m)
{
    uintptr_t word = (uintptr_t)wait_queue_wake_one(&m->waiters);

    if (!wait_queue_empty(&m->waiters)) {
        word |= MUTEX_WAITED;
    }
    __atomic_store_n(&m->owner, word, __ATOMIC_RELEASE);
}

__attribute__((noinline)) static void unlock_slowly(struct mutex *m)
{
    critical_t state;

    if (!is_ours(m)) {
        complain(m, owner_of(__atomic_load_n(&m->owner, __ATOMIC_RELAXED)));
    }
    if (m->again > 0) {
        if (--m->again == 0) {
            __atomic_fetch_and(&m->owner, ~MUTEX_AGAIN, __ATOMIC_RELAXED);
        }
        return;
    }
    state = inner_lock(&m->lock);
    hand_over(m);
    inner_unlock(&m->lock, state);
}

void mutex_unlock(struct mutex *m)
{
    if (!change_owner(m, thread_current(), NULL)) {
        unlock_slowly(m);
    }
}

unsigned mutex_depth(const struct mutex *m)
{
    return is_ours(m) ? 1 + m->again : 0;
}
