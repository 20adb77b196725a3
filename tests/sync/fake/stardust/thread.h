/* A thread as tests/sync/explorer.c has it: what wait queues and mutexes use. Instead of the kernel's header of this name. */
#pragma once

#include <ucontext.h>

#include <stardust/types.h>

struct timer;

struct thread {
    char name[16];
    const char *waits_for;
    bool blocked, wake_pending, ended, stands_back;
    unsigned spinlocks;  /* that it holds */
    struct timer *timer; /* that may expire at any moment; NULL: none */
    void (*entry)(void);
    ucontext_t context;
    char *stack;
};

struct thread_options {
    const char *name;
    bool detached;
};

struct thread *thread_current(void);

/* Only where a test has daemons for it: tests/xenstore. */
int thread_create(struct thread **thread, const struct thread_options *options,
                  void *(*entry)(void *), void *argument);
