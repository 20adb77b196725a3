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
 * above, so that the stack is aligned as at every function's beginning; %rbp is 0, where call chains end.
 */
static void *first_frame(const char *stack_end)
{
    uint64_t *nobody = (uint64_t *)stack_end - 1;
    struct switch_frame *frame = (struct switch_frame *)nobody - 1;

    *nobody = 0;
    *frame = (struct switch_frame){
        .mxcsr = FPU_MXCSR_START,
        .x87_control = FPU_CONTROL_START,
        .return_address = (uintptr_t)thread_begin,
    };
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

static void copy_name(char *to, const char *name)
{
    size_t length = string_length(name, THREAD_NAME_SIZE - 1);

    memcpy(to, name, length);
    to[length] = '\0';
}

static void apply(struct thread *t, const struct thread_options *o)
{
    copy_name(t->name, o->name != NULL ? o->name : "thread");
    t->priority = (uint8_t)(o->priority + THREAD_PRIORITY_DEFAULT);
    t->affinity = o->affinity != 0 ? o->affinity : CPU_MASK_ALL;
    t->detached = o->detached;
}

static bool sensible(const struct thread_options *o)
{
    int priority = o->priority + THREAD_PRIORITY_DEFAULT;

    return priority >= 0 && priority < THREAD_PRIORITIES && o->stack_size < SIZE_MAX / 2;
}

struct thread *thread_make(const struct thread_options *options, void *(*entry)(void *),
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
    wait_queue_init(&t->joiner);
    thread_list_add(t);
    return t;
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
    stack_trim();
    t = thread_make(options, entry, argument);
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

static void thread_free(struct thread *t)
{
    thread_list_remove(t);
    stack_free(t);
}

static void (*library_end)(void *library);

void thread_set_library_end(void (*end)(void *library))
{
    library_end = end;
}

static void end_library(struct thread *t)
{
    if (t->library != NULL) {
        library_end(t->library);
        t->library = NULL;
    }
}

#ifdef SOLUTION_THREADS
/* The stack on which this runs is freed by who runs next: thread_gone. */
static _Noreturn void leave(struct thread *t, void *result)
{
    t->result = result;
    schedule_exit();
}
#else
static _Noreturn void leave(struct thread *t, void *result)
{
    LAB_TODO(threads, "3.5", "keep the result for who joins, and leave the processor for ever");
}
#endif

void thread_exit(void *result)
{
    struct thread *self = thread_current();

    end_library(self);
    leave(self, result);
}

#ifdef SOLUTION_THREADS
void thread_gone(struct thread *t)
{
    critical_t state = spin_lock_irqsave(&t->lock);
    bool detached = t->detached;

    t->gone = true;
    wait_queue_wake_all(&t->joiner);
    /* From here on a joiner may have freed it. */
    spin_unlock_irqrestore(&t->lock, state);
    if (detached) {
        thread_free(t);
    }
}
#else
void thread_gone(struct thread *t)
{
    LAB_TODO(threads, "3.5",
             "say that it is gone and wake who joins it; when nobody ever will, free it");
}
#endif

#ifdef SOLUTION_THREADS
static int wait_until_gone(struct thread *t, nsec_t deadline)
{
    critical_t state = spin_lock_irqsave(&t->lock);
    int error = t->detached || t->joining ? -XEN_EINVAL : 0;

    if (error == 0) {
        t->joining = true;
        while (!t->gone && error == 0) {
            error = wait_queue_sleep(&t->joiner, &t->lock, deadline, "a thread's end");
        }
        /* One that has gone while the time was over has gone. */
        error = t->gone ? 0 : error;
        t->joining = error == 0;
    }
    spin_unlock_irqrestore(&t->lock, state);
    return error;
}

int thread_join(struct thread *t, void **result, nsec_t deadline)
{
    int error = t == thread_current() ? -XEN_EDEADLK : wait_until_gone(t, deadline);

    if (error != 0) {
        return error;
    }
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
    LAB_TODO(threads, "3.6", "sleep until it is gone, take its result, free it");
}
#endif

#ifdef SOLUTION_THREADS
int thread_detach(struct thread *t)
{
    critical_t state = spin_lock_irqsave(&t->lock);
    bool refused = t->detached || t->joining;
    bool gone = t->gone;

    t->detached = t->detached || !refused;
    spin_unlock_irqrestore(&t->lock, state);
    if (!refused && gone) {
        thread_free(t);
    }
    return refused ? -XEN_EINVAL : 0;
}
#else
int thread_detach(struct thread *t)
{
    LAB_TODO(threads, "3.6", "nobody will join it: it is freed when it is gone, which may be now");
}
#endif
