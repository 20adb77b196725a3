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

#ifdef SOLUTION_THREADS
/*
 * The first switch to a thread returns into thread_begin, as if that had been called: with a return address (that of nobody)
 * above, so that the stack is aligned as at every function's beginning; %rbp is 0, where call chains end. What is in the other
 * registers does not matter.
 */
static void *first_frame(const char *stack_end)
{
    uint64_t *nobody = (uint64_t *)stack_end - 1;
    struct switch_frame *frame = (struct switch_frame *)nobody - 1;

    *nobody = 0;
    frame->mxcsr = FPU_MXCSR_START;
    frame->x87_control = FPU_CONTROL_START;
    frame->rbp = 0;
    frame->return_address = (uintptr_t)thread_begin;
    return frame;
}
#else
static void *first_frame(const char *stack_end)
{
    LAB_TODO(
        threads, "3.4",
        "write what context_switch will find: it returns into thread_begin, on an empty stack");
}
#endif

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

    return priority >= 0 && priority < THREAD_PRIORITIES && o->stack_size < SIZE_MAX / 2 &&
           (o->affinity == 0 || (o->affinity & cpus_online) != 0);
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
    t->slice_left = t->cpu->runstate.slice;
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

#ifdef SOLUTION_THREADS
/*
 * Who joins is woken while we still use our stack, and waits for the little while until we have left it. Nobody preempts us
 * in between, so that this does not become long.
 */
static _Noreturn void leave(struct thread *self, void *result)
{
    critical_enter();
    spin_lock(&self->lock);
    self->result = result;
    self->ended = true;
    wait_queue_wake_all(&self->joiner);
    spin_unlock_quietly(&self->lock);
    schedule_exit();
}
#else
static _Noreturn void leave(struct thread *self, void *result)
{
    LAB_TODO(threads, "3.5",
             "keep the result, say that we have ended, wake who joins, and leave the processor for "
             "ever");
}
#endif

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

#ifdef SOLUTION_THREADS
static int wait_until_ended(struct thread *t, nsec_t deadline)
{
    critical_t state = spin_lock_irqsave(&t->lock);
    int error = t->detached || t->joining ? -XEN_EINVAL : 0;

    if (error == 0) {
        t->joining = true;
        while (!t->ended && error == 0) {
            error = wait_queue_sleep(&t->joiner, &t->lock, deadline, "a thread's end");
        }
        /* One that has ended when the time was over has ended. */
        error = t->ended ? 0 : error;
        t->joining = error == 0;
    }
    spin_unlock_irqrestore(&t->lock, state);
    return error;
}

int thread_join(struct thread *t, void **result, nsec_t deadline)
{
    int error = t == thread_current() ? -XEN_EDEADLK : wait_until_ended(t, deadline);

    if (error != 0) {
        return error;
    }
    schedule_wait_left(t);
    if (result != NULL) {
        *result = t->result;
    }
    thread_free(t);
    stack_trim();
    return 0;
}
#else
int thread_join(struct thread *t, void **result, nsec_t deadline)
{
    LAB_TODO(threads, "3.6",
             "sleep until it has ended and left its stack, take its result, free it");
}
#endif

#ifdef SOLUTION_THREADS
int thread_detach(struct thread *t)
{
    critical_t state = spin_lock_irqsave(&t->lock);
    bool refused = t->detached || t->joining;
    bool ended = t->ended;

    t->detached = t->detached || (!refused && !ended);
    spin_unlock_irqrestore(&t->lock, state);
    if (!refused && ended) {
        schedule_wait_left(t);
        thread_free(t);
    }
    return refused ? -XEN_EINVAL : 0;
}
#else
int thread_detach(struct thread *t)
{
    LAB_TODO(threads, "3.6",
             "nobody will join it: it is freed when it ends, or now if it has ended");
}
#endif
