/* Threads in an order that a seed decides: see explorer.h. */
#include "explorer.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <CUnit/CUnit.h>

#include <stardust/clock.h>
#include <stardust/panic.h>
#include <stardust/schedule.h>
#include <stardust/spinlock.h>
#include <stardust/thread.h>
#include <stardust/timer.h>
#include <stardust/wait.h>

#include <tests/ktap/random.h>

enum { STACK_SIZE = 1 << 16, STEPS_MAX = 200000 };

/* Behind them the daemons; the last one, "time", makes timers expire. */
static struct thread all[EXPLORER_THREADS + EXPLORER_DAEMONS + 1];
static unsigned count;
static void (*const *daemons)(void);
static unsigned daemon_count;
static bool patient;
static struct thread *current; /* NULL: nothing runs */
static struct timer *expiring;
static ucontext_t runner;
static struct random numbers;
static bool in_order;
static unsigned steps;
static char failure[256];

struct thread *thread_current(void)
{
    return current;
}

void explorer_set_daemons(void (*const entries[])(void), unsigned number)
{
    daemons = entries;
    daemon_count = number;
}

struct thread *explorer_daemon(unsigned i)
{
    return &all[EXPLORER_THREADS + i];
}

void explorer_set_patient(bool be_patient)
{
    patient = be_patient;
}

/* Thread number `i` of all that run: the daemons come last. */
static struct thread *number_of_all(unsigned i)
{
    return i < count ? &all[i] : explorer_daemon(i - count);
}

unsigned explorer_thread(void)
{
    return (unsigned)(current - all);
}

unsigned explorer_random(unsigned limit)
{
    return (unsigned)random_below(&numbers, limit);
}

/* The run ends here: nobody goes on. */
static _Noreturn void fail(const char *format, va_list arguments)
{
    vsnprintf(failure, sizeof failure, format, arguments);
    swapcontext(&current->context, &runner);
    abort();
}

void panic(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    fail(format, arguments);
}

void explorer_check(bool good, const char *what)
{
    if (!good) {
        panic("%s", what);
    }
}

static bool can_run(const struct thread *t)
{
    return t->entry != NULL && !t->ended && !t->blocked && !t->stands_back;
}

/* All that may go on, but `except`. */
static unsigned candidates(struct thread *list[], const struct thread *except)
{
    struct thread *time = explorer_daemon(EXPLORER_DAEMONS);
    unsigned found = 0;
    bool timers = expiring != NULL;

    for (unsigned i = 0; i < count + daemon_count; i++) {
        struct thread *t = number_of_all(i);

        timers = timers || t->timer != NULL;
        if (t != except && can_run(t)) {
            list[found++] = t;
        }
    }
    if (timers && time != except && (!patient || found == 0 || expiring != NULL)) {
        list[found++] = time;
    }
    return found;
}

static _Noreturn void nobody_can_run(void)
{
    for (unsigned i = 0; i < count; i++) {
        if (all[i].blocked) {
            panic("all wait: thread \"%s\" for %s", all[i].name, all[i].waits_for);
        }
    }
    panic("all wait for spinlocks");
}

/* The first of those who let others go on before them; nobody else can. */
static struct thread *who_stands_back(void)
{
    for (unsigned i = 0; i < count + daemon_count; i++) {
        struct thread *t = number_of_all(i);

        if (t->stands_back) {
            t->stands_back = false;
            return t;
        }
    }
    nobody_can_run();
}

static void switch_away(const struct thread *except)
{
    struct thread *list[ARRAY_LENGTH(all)];
    unsigned found = candidates(list, except);
    struct thread *from = current;

    if (++steps > STEPS_MAX) {
        panic("too many steps");
    }
    current = found == 0 ? who_stands_back() : list[in_order ? 0 : explorer_random(found)];
    if (current != from) {
        swapcontext(&from->context, &current->context);
    }
}

void explorer_point(void)
{
    if (!in_order && current != NULL) {
        switch_away(NULL);
    }
}

void explorer_let_others(void)
{
    current->stands_back = true;
    switch_away(current);
}

void explorer_lock(struct spinlock *lock)
{
    if (current == NULL) {
        return;
    }
    explorer_check(lock->order == LOCK_WAIT, "a lock's order is not LOCK_WAIT");
    explorer_check(current->spinlocks == 0, "two locks of the same order at once");
    explorer_point();
    while (lock->next != lock->owner) {
        switch_away(current);
    }
    lock->next++;
    current->spinlocks++;
}

void explorer_unlock(struct spinlock *lock)
{
    if (current == NULL) {
        return;
    }
    explorer_check(lock->next != lock->owner, "a lock is given back that is free");
    current->spinlocks--;
    lock->owner++;
    explorer_point();
}

void thread_block(void)
{
    explorer_check(current->spinlocks == 0, "a thread sleeps with a spinlock held");
    if (!current->wake_pending) {
        current->blocked = true;
        switch_away(current);
    }
    current->wake_pending = false;
}

void thread_wake(struct thread *t)
{
    explorer_check(!t->wake_pending, "a thread is woken twice");
    t->wake_pending = true;
    t->blocked = false;
}

nsec_t clock_monotonic(void)
{
    return 0;
}

static void timer_is_set(struct timer *timer, nsec_t deadline)
{
    (void)deadline;
    current->timer = timer;
}

static bool timer_is_off(struct timer *timer)
{
    bool in_time = current->timer == timer;

    current->timer = NULL;
    while (expiring == timer) {
        switch_away(current);
    }
    return in_time;
}

/* What an upcall on somebody's vCPU does, at any moment after its timer was started. */
static void time_goes_on(void)
{
    for (;;) {
        unsigned number = count + daemon_count;
        unsigned first = explorer_random(number);

        for (unsigned i = 0; i < number; i++) {
            struct thread *t = number_of_all((first + i) % number);

            if (t->timer != NULL && expiring == NULL) {
                expiring = t->timer;
                t->timer = NULL;
                expiring->function(expiring);
                expiring = NULL;
            }
        }
        switch_away(current);
    }
}

static bool all_have_ended(void)
{
    for (unsigned i = 0; i < count; i++) {
        if (!all[i].ended) {
            return false;
        }
    }
    return true;
}

static void begin(void)
{
    current->entry();
    current->ended = true;
    if (all_have_ended()) {
        swapcontext(&current->context, &runner);
    }
    switch_away(current);
}

static void make_thread(struct thread *t, const char *name, void (*entry)(void))
{
    char *stack = t->stack != NULL ? t->stack : malloc(STACK_SIZE);

    memset(t, 0, sizeof *t);
    t->stack = stack;
    t->entry = entry;
    snprintf(t->name, sizeof t->name, "%s", name);
    getcontext(&t->context);
    t->context.uc_stack.ss_sp = stack;
    t->context.uc_stack.ss_size = STACK_SIZE;
    makecontext(&t->context, begin, 0);
}

const char *explorer_run(uint64_t seed, void (*const threads[])(void), unsigned number)
{
    static const struct wait_timers timers = {timer_is_set, timer_is_off};

    wait_set_timers(&timers);
    numbers = random_start(seed);
    in_order = seed == EXPLORER_IN_ORDER;
    count = number;
    steps = 0;
    failure[0] = '\0';
    expiring = NULL;
    for (unsigned i = 0; i < count; i++) {
        make_thread(&all[i], (const char[]){(char)('a' + i), '\0'}, threads[i]);
    }
    for (unsigned i = 0; i < daemon_count; i++) {
        make_thread(explorer_daemon(i), "daemon", daemons[i]);
    }
    make_thread(explorer_daemon(EXPLORER_DAEMONS), "time", time_goes_on);
    current = &all[0];
    swapcontext(&runner, &current->context);
    current = NULL;
    return failure[0] != '\0' ? failure : NULL;
}

static void failed(const char *format, ...)
{
    static char text[600];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    CU_assertImplementation(CU_FALSE, __LINE__, text, __FILE__, "", CU_FALSE);
}

void explorer_expect(void (*const threads[])(void), unsigned number, const char *format, ...)
{
    char wanted[200] = "nothing";
    const char *seen = explorer_run(EXPLORER_IN_ORDER, threads, number);

    if (format != NULL) {
        va_list arguments;

        va_start(arguments, format);
        vsnprintf(wanted, sizeof wanted, format, arguments);
        va_end(arguments);
    }
    seen = seen != NULL ? seen : "nothing";
    if (strcmp(seen, wanted) != 0) {
        failed("went wrong: %s; expected: %s", seen, wanted);
    }
}

void explorer_try(unsigned seeds, void (*setup)(void), void (*const threads[])(void),
                  unsigned number)
{
    for (uint64_t seed = 1; seed <= seeds; seed++) {
        const char *wrong;

        setup();
        wrong = explorer_run(seed, threads, number);
        if (wrong != NULL) {
            failed("seed %lu: %s", seed, wrong);
            return;
        }
    }
}
