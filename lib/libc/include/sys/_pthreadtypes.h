/*
 * The objects of POSIX threads, as real structures. Put into newlib's tree before it is built, in the place of its own file,
 * whose objects are 32-bit handles: a handle has to be looked up in a table at each use, a structure is the object.
 *
 * Every static initialiser is all zero bytes, so that an object in .bss is ready for use. Only the pthread functions
 * touch the fields. The field __lock protects the others of its object.
 */
#ifndef _SYS__PTHREADTYPES_H_
#define _SYS__PTHREADTYPES_H_

#include <machine/_default_types.h>
#include <sys/sched.h>

/** A thread's number for the program: where its record is. No thread is at 0. */
typedef struct __pthread *pthread_t;

/** The threads that wait for an object, first come first. */
struct __pthread_waiters {
    void *__first;
    void *__last;
};

/* Threads */

#define PTHREAD_SCOPE_PROCESS 0
#define PTHREAD_SCOPE_SYSTEM  1

#define PTHREAD_INHERIT_SCHED  1
#define PTHREAD_EXPLICIT_SCHED 2

#define PTHREAD_CREATE_DETACHED 0
#define PTHREAD_CREATE_JOINABLE 1

typedef struct {
    void *__stack_address; /* lowest byte; 0: the library allocates the stack */
    __size_t __stack_size;
    __size_t __guard_size;
    struct sched_param __scheduling;
    int __policy;
    int __scope;
    int __inherit;
    int __detach_state;
} pthread_attr_t;

/* Mutexes. The type of an all-zero mutex is the default one. */

#define PTHREAD_MUTEX_NORMAL     0
#define PTHREAD_MUTEX_RECURSIVE  1
#define PTHREAD_MUTEX_ERRORCHECK 2
#define PTHREAD_MUTEX_DEFAULT    PTHREAD_MUTEX_NORMAL

typedef struct {
    __uint32_t __lock;
    __uint32_t __type;
    pthread_t __owner;  /* 0: free */
    __uint32_t __depth; /* how often the owner has locked a recursive one, less 1 */
    __uint32_t __state;
    struct __pthread_waiters __waiters;
} pthread_mutex_t;

typedef struct {
    int __type;
} pthread_mutexattr_t;

#define _PTHREAD_MUTEX_INITIALIZER                                                                 \
    {                                                                                              \
        0                                                                                          \
    }

/* Condition variables. The clock of an all-zero one is CLOCK_REALTIME. */

typedef struct {
    __uint32_t __lock;
    __uint32_t __clock;       /* 0: CLOCK_REALTIME; else a clockid_t */
    pthread_mutex_t *__mutex; /* the one that its waiters gave up; 0: none waits */
    struct __pthread_waiters __waiters;
} pthread_cond_t;

typedef struct {
    __uint32_t __clock;
} pthread_condattr_t;

#define _PTHREAD_COND_INITIALIZER                                                                  \
    {                                                                                              \
        0                                                                                          \
    }

/* Keys, and doing something once */

typedef __uint32_t pthread_key_t;

typedef struct {
    __uint32_t __lock;
    __uint32_t __state; /* 0: not begun, 1: running, 2: done */
    struct __pthread_waiters __waiters;
} pthread_once_t;

#define _PTHREAD_ONCE_INIT                                                                         \
    {                                                                                              \
        0                                                                                          \
    }

/* Barriers */

typedef struct {
    __uint32_t __lock;
    __uint32_t __needed;
    __uint32_t __arrived;
    __uint32_t __round; /* how often the barrier has opened */
    struct __pthread_waiters __waiters;
} pthread_barrier_t;

typedef struct {
    int __shared;
} pthread_barrierattr_t;

/* Spin locks */

typedef struct {
    __uint32_t __lock;
} pthread_spinlock_t;

/* Reader-writer locks */

typedef struct {
    __uint32_t __lock;
    __uint32_t __readers; /* how many hold it for reading */
    pthread_t __writer;   /* who holds it for writing; 0: nobody */
    struct __pthread_waiters __waiting_readers;
    struct __pthread_waiters __waiting_writers;
} pthread_rwlock_t;

typedef struct {
    int __shared;
} pthread_rwlockattr_t;

#define _PTHREAD_RWLOCK_INITIALIZER                                                                \
    {                                                                                              \
        0                                                                                          \
    }

#endif
