/* How threads begin and end: see stardust/thread.h and kernel/sched/life.h. */
#include <stardust/thread.h>

#include <kernel/sched/life.h>
#include <kernel/sched/stack.h>
#include <kernel/sched/switch.h>

#include <stardust/bytes.h>
#include <stardust/fpu.h>
#include <stardust/lab.h>
#include <stardust/panic.h>
#include <stardust/schedule.h>
#include <stardust/wait.h>

#include <xen/errno.h>

/* What a thread runs first. Who was switched away from has to be seen to, as after any switch. */
static _Noreturn void thread_begin(void)
{
    struct thread *self = thread_current();

    schedule_begin();
    thread_exit(self->entry(self->argument));
}

/* An array of words from the end of the stack down; thread_begin finds 0 where its caller's address would be. */
static void *first_frame(const char *stack_end)
{
    uint64_t *word = (uint64_t *)stack_end;

    *--word = 0;
    *--word = (uintptr_t)thread_begin;
    for (unsigned registers = 6; registers > 0; registers--) {
        *--word = 0;
    }
    *--word = (uint64_t)FPU_CONTROL_START << 32 | FPU_MXCSR_START;
    return word;
}

static const char usual_name[] = "thread";

static inline void copy_name(char *to, const char *name)
{
    size_t length = string_length(name, THREAD_NAME_SIZE - 1);

    memcpy(to, name, length);
    to[length] = '\0';
}

static inline void apply(struct thread *t, const struct thread_options *o)
{
    if (o->name != NULL) {
        copy_name(t->name, o->name);
    } else {
        __builtin_memcpy(t->name, usual_name, sizeof usual_name);
    }
    t->priority = (uint8_t)(o->priority + THREAD_PRIORITY_DEFAULT);
    t->detached = o->detached;
}

static bool sensible(const struct thread_options *o)
{
    int priority = o->priority + THREAD_PRIORITY_DEFAULT;

    return priority >= 0 && priority < THREAD_PRIORITIES && o->stack_size < SIZE_MAX / 2;
}

static inline struct thread *make(const struct thread_options *options, void *(*entry)(void *),
                                  void *argument)
{
    size_t size = options->stack_size != 0 ? options->stack_size : THREAD_STACK_SIZE;
    struct thread *t = stack_alloc(size);

    if (t == NULL) {
        return NULL;
    }
    apply(t, options);
    t->entry = entry;
    t->argument = argument;
    t->begins_masked = critical_masked();
    t->state = THREAD_WAITING;
    t->cpu = cpu_this();
    t->stack_pointer = first_frame(t->stack_end);
    spinlock_init(&t->lock, LOCK_WAIT);
    thread_list_add(t, options->affinity);
    return t;
}

struct thread *thread_make(const struct thread_options *options, void *(*entry)(void *),
                           void *argument)
{
    return make(options, entry, argument);
}

int thread_create(struct thread **thread, const struct thread_options *options,
                  void *(*entry)(void *), void *argument)
{
    static const struct thread_options usual;
    struct thread *t;

    options = options != NULL ? options : &usual;
    if (!sensible(options)) {
        return -XEN_EINVAL;
    }
    t = make(options, entry, argument);
    if (t == NULL) {
        return -XEN_ENOMEM;
    }
    if (thread != NULL) {
        *thread = t;
    }
    if (!options->stopped) {
        thread_wake(t);
    }
    return 0;
}

/* Upcalls stay masked from here on: schedule_exit never comes back. */
static _Noreturn void leave(struct thread *self, void *result)
{
    spin_lock_irqsave(&self->lock);
    self->ended = true;
    self->result = result;
    while (wait_queue_wake_one(&self->joiner) != NULL) {
    }
    spin_unlock_quietly(&self->lock);
    schedule_exit();
}

void thread_exit(void *result)
{
    struct thread *self = thread_current();

    if (self->library != NULL) {
        thread_end_library(self);
    }
    leave(self, result);
}

void thread_free(struct thread *t)
{
    stack_free(t);
}

/* Become the one who may free `t`. */
static int claim(struct thread *t)
{
    if (t->detached || t->joining) {
        return -XEN_EINVAL;
    }
    t->joining = true;
    return 0;
}

static void free_left(struct thread *t)
{
    schedule_wait_left(t);
    thread_free(t);
    stack_trim();
}

int thread_join(struct thread *t, void **result, nsec_t deadline)
{
    critical_t state;
    int error;

    if (t == thread_current()) {
        return -XEN_EDEADLK;
    }
    state = spin_lock_irqsave(&t->lock);
    error = claim(t);
    if (error != 0) {
        spin_unlock_irqrestore(&t->lock, state);
        return error;
    }
    while (!t->ended && error == 0) {
        error = wait_queue_sleep(&t->joiner, &t->lock, deadline, "another thread");
    }
    if (!t->ended) {
        t->joining = false;
        spin_unlock_irqrestore(&t->lock, state);
        return error;
    }
    if (result != NULL) {
        *result = t->result;
    }
    spin_unlock_irqrestore(&t->lock, state);
    free_left(t);
    return 0;
}

int thread_detach(struct thread *t)
{
    critical_t state = spin_lock_irqsave(&t->lock);
    int error = claim(t);
    bool ended = t->ended;

    if (error == 0 && !ended) {
        t->joining = false;
        t->detached = true;
    }
    spin_unlock_irqrestore(&t->lock, state);
    if (error == 0 && ended) {
        free_left(t);
    }
    return error;
}
