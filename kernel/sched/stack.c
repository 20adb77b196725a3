/* The memory of threads: see kernel/sched/stack.h. */
#include <kernel/sched/life.h>
#include <kernel/sched/stack.h>
#include <kernel/sched/thread_local.h>

#include <stardust/bytes.h>
#include <stardust/fpu.h>
#include <stardust/list.h>
#include <stardust/panic.h>
#include <stardust/preempt.h>
#include <stardust/region.h>
#include <stardust/spinlock.h>

enum { STACKS_KEPT = 16 };

#define PATTERN 0x5a /* what a stack is full of before it is used: see thread_stack_used */

/* Memory of threads that have ended and that no vCPU keeps for itself, linked by `ready`. */
static struct {
    struct spinlock lock; /* protects the fields below */
    struct list usual;    /* with stacks of the usual size: for new threads */
    struct list others;   /* to be freed */
    unsigned kept;        /* in `usual` */
} ended = {.lock = SPINLOCK(LOCK_THREADS),
           .usual = {&ended.usual, &ended.usual},
           .others = {&ended.others, &ended.others}};

static size_t round_to_pages(size_t size)
{
    return (size + PAGE_SIZE - 1) & ~(size_t)(PAGE_SIZE - 1);
}

/* What lies above the stack. */
static size_t upper_size(void)
{
    return round_to_pages(sizeof(struct thread) + thread_local_space() + fpu_size() +
                          3 * FPU_ALIGNMENT);
}

/* Room for `size` bytes below `end`. */
static uintptr_t below(uintptr_t end, size_t size)
{
    return (end - size) & ~(uintptr_t)(FPU_ALIGNMENT - 1);
}

/* Its own thread-local variables, with the values that they have at first. */
static void make_variables(struct thread *t)
{
    if (thread_local_space() > 0) {
        t->thread_pointer = thread_local_make((void *)below((uintptr_t)t, thread_local_space()));
    }
}

/*
 * Make `t`, which has ended, a thread that is new. What is not here is in each thread that has ended as in a new one, or
 * thread_make sets it.
 */
static inline struct thread *renew(struct thread *t)
{
    t->queued = t->gone = t->wake_pending = false;
    t->ended = t->joining = false;
    t->ran = 0;
    if (t->thread_pointer != 0) {
        make_variables(t);
    }
    return t;
}

/* Lay the parts out from the upper end of the region down; its pages are zero. */
static struct thread *lay_out(struct region *region)
{
    struct thread *t = (struct thread *)below(region->start + region->size, sizeof *t);
    uintptr_t fpu = below(below((uintptr_t)t, thread_local_space()), fpu_size());

    t->memory = region;
    t->fpu = (void *)fpu;
    t->stack_start = (const char *)region->start;
    t->stack_end = (const char *)fpu;
    t->usual = region->size == THREAD_STACK_SIZE + upper_size();
    make_variables(t);
    return t;
}

void stack_mark(const char *start, const char *end)
{
    memset((char *)start, PATTERN, (size_t)(end - start));
}

static struct thread *try_make(size_t size)
{
    struct region *region =
        region_reserve("a thread's stack", round_to_pages(size) + upper_size(), REGION_COMMITTED);
    struct thread *t;

    if (region == NULL) {
        return NULL;
    }
    if (region_commit(region, 0, region->size) != 0) {
        region_release(region);
        return NULL;
    }
    t = lay_out(region);
    stack_mark(t->stack_start, t->stack_end);
    return t;
}

static struct thread *make(size_t size)
{
    struct thread *t;

    stack_trim();
    t = try_make(size);
    if (t == NULL) {
        stack_give_back();
        t = try_make(size);
    }
    return t;
}

static struct thread *take_shared(void)
{
    critical_t state = spin_lock_irqsave(&ended.lock);
    struct list *link = list_pop_front(&ended.usual);

    ended.kept -= link != NULL;
    spin_unlock_irqrestore(&ended.lock, state);
    return link != NULL ? LIST_ENTRY(link, struct thread, ready) : NULL;
}

__attribute__((noinline)) static struct thread *alloc_slowly(size_t size)
{
    struct thread *t = round_to_pages(size) == THREAD_STACK_SIZE ? take_shared() : NULL;

    return t != NULL ? renew(t) : make(size);
}

static inline struct thread *take_own(void)
{
    struct thread_cache *own;
    struct thread *t = NULL;

    preempt_disable();
    own = &cpu_this()->threads;
    if (own->count > 0) {
        t = own->threads[--own->count];
    }
    preempt_enable();
    return t;
}

struct thread *stack_alloc(size_t size)
{
    struct thread *t = size == THREAD_STACK_SIZE ? take_own() : NULL;

    return t != NULL ? renew(t) : alloc_slowly(size);
}

/* The one that was used last is used next: it is still in the processor's cache. */
__attribute__((noinline)) static void share(struct thread *t)
{
    critical_t state;

    thread_list_remove(t);
    state = spin_lock_irqsave(&ended.lock);
    if (t->usual && ended.kept < STACKS_KEPT) {
        list_push_front(&ended.usual, &t->ready);
        ended.kept++;
    } else {
        list_push_back(&ended.others, &t->ready);
    }
    spin_unlock_irqrestore(&ended.lock, state);
}

/*
 * Whether this vCPU may keep it: then it stays in the list of all threads, with an affinity that no vCPU that goes down has to
 * change, and belongs to this vCPU already.
 */
static inline bool keeps(const struct cpu *cpu, const struct thread *t)
{
    return t->cpu == cpu && t->usual && t->asked == CPU_MASK_ALL &&
           cpu->threads.count < THREAD_CACHE_SIZE;
}

void stack_free(struct thread *t)
{
    struct cpu *cpu;

    assert_that(t->gone, "thread \"%s\" is freed before it has left its stack", t->name);
    preempt_disable();
    cpu = cpu_this();
    if (keeps(cpu, t)) {
        t->kept = true;
        cpu->threads.threads[cpu->threads.count++] = t;
    } else {
        share(t);
    }
    preempt_enable();
}

void stack_leave(void)
{
    struct thread_cache *own = &cpu_this()->threads;

    while (own->count > 0) {
        share(own->threads[--own->count]);
    }
}

void stack_give_back(void)
{
    critical_t state;

    preempt_disable();
    stack_leave();
    preempt_enable();
    state = spin_lock_irqsave(&ended.lock);
    while (!list_empty(&ended.usual)) {
        list_push_back(&ended.others, list_pop_front(&ended.usual));
    }
    ended.kept = 0;
    spin_unlock_irqrestore(&ended.lock, state);
    stack_trim();
}

void stack_trim(void)
{
    while (!list_empty(&ended.others)) {
        critical_t state = spin_lock_irqsave(&ended.lock);
        struct list *link = list_pop_front(&ended.others);

        spin_unlock_irqrestore(&ended.lock, state);
        if (link != NULL) {
            region_release(LIST_ENTRY(link, struct thread, ready)->memory);
        }
    }
}

size_t thread_stack_used(const struct thread *t)
{
    const char *lowest = t->stack_start;

    while (lowest < t->stack_end && *lowest == PATTERN) {
        lowest++;
    }
    return (size_t)(t->stack_end - lowest);
}
