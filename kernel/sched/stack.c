/* The memory of threads: see kernel/sched/stack.h. */
#include <kernel/sched/stack.h>
#include <kernel/sched/thread_local.h>

#include <stardust/bytes.h>
#include <stardust/fpu.h>
#include <stardust/list.h>
#include <stardust/region.h>
#include <stardust/spinlock.h>

enum { STACKS_KEPT = 16 };

#define PATTERN 0x5a /* what a stack is full of before it is used: see thread_stack_used */

/* Memory of threads that have ended, linked by `ready`. */
static struct {
    struct spinlock lock; /* protects the fields below */
    struct list usual;    /* with stacks of the usual size: for new threads */
    struct list others;   /* to be freed */
    unsigned kept;        /* in `usual` */
} ended = {.lock = SPINLOCK(LOCK_THREADS),
           .usual = {&ended.usual, &ended.usual},
           .others = {&ended.others, &ended.others}};

/* What lies above the stack. */
static size_t upper_size(void)
{
    size_t size = sizeof(struct thread) + thread_local_space() + fpu_size() + 3 * FPU_ALIGNMENT;

    return (size + PAGE_SIZE - 1) & ~(size_t)(PAGE_SIZE - 1);
}

static size_t round_to_pages(size_t size)
{
    return (size + PAGE_SIZE - 1) & ~(size_t)(PAGE_SIZE - 1);
}

/* Room for `size` bytes below `end`. */
static uintptr_t below(uintptr_t end, size_t size)
{
    return (end - size) & ~(uintptr_t)(FPU_ALIGNMENT - 1);
}

/* Make `t` a thread that is new, in the memory where it is. */
static struct thread *renew(struct thread *t)
{
    *t = (struct thread){
        .memory = t->memory,
        .fpu = t->fpu,
        .stack_start = t->stack_start,
        .stack_end = t->stack_end,
    };
    if (thread_local_space() > 0) {
        t->thread_pointer = thread_local_make((void *)below((uintptr_t)t, thread_local_space()));
    }
    return t;
}

/* Lay the parts out from the upper end of the region down. */
static struct thread *lay_out(struct region *region)
{
    struct thread *t = (struct thread *)below(region->start + region->size, sizeof *t);
    uintptr_t fpu = below(below((uintptr_t)t, thread_local_space()), fpu_size());

    t->memory = region;
    t->fpu = (void *)fpu;
    t->stack_start = (const char *)region->start;
    t->stack_end = (const char *)fpu;
    return renew(t);
}

void stack_mark(const char *start, const char *end)
{
    memset((char *)start, PATTERN, (size_t)(end - start));
}

static struct thread *make(size_t size)
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

static struct thread *take_kept(void)
{
    critical_t state = spin_lock_irqsave(&ended.lock);
    struct list *link = list_pop_front(&ended.usual);

    ended.kept -= link != NULL;
    spin_unlock_irqrestore(&ended.lock, state);
    return link != NULL ? LIST_ENTRY(link, struct thread, ready) : NULL;
}

static bool is_usual(const struct thread *t)
{
    return t->memory->size == THREAD_STACK_SIZE + upper_size();
}

struct thread *stack_alloc(size_t size)
{
    struct thread *t = round_to_pages(size) == THREAD_STACK_SIZE ? take_kept() : NULL;

    return t != NULL ? renew(t) : make(size);
}

/* The one that was used last is used next: it is still in the processor's cache. */
void stack_free(struct thread *t)
{
    critical_t state = spin_lock_irqsave(&ended.lock);

    if (is_usual(t) && ended.kept < STACKS_KEPT) {
        list_push_front(&ended.usual, &t->ready);
        ended.kept++;
    } else {
        list_push_back(&ended.others, &t->ready);
    }
    spin_unlock_irqrestore(&ended.lock, state);
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
