/* The threads that are not made by thread_create: "main", in which the kernel boots, and a vCPU's idle thread. */
#include <stardust/thread.h>

#include <kernel/sched/life.h>
#include <kernel/sched/stack.h>
#include <kernel/sched/thread_local.h>

#include <stardust/bytes.h>
#include <stardust/fpu.h>
#include <stardust/heap.h>
#include <stardust/image.h>
#include <stardust/layout.h>
#include <stardust/panic.h>
#include <stardust/print.h>
#include <stardust/schedule.h>
#include <stardust/wait.h>

static struct thread first = {
    .name = "main",
    .state = THREAD_RUNNING,
    .priority = THREAD_PRIORITY_DEFAULT,
    .stack_start = boot_stack,
    .stack_end = boot_stack_end,
    .lock = SPINLOCK(LOCK_WAIT),
};

static void *idle(void *unused)
{
    (void)unused;
    schedule_idle();
}

struct thread *thread_make_idle(unsigned cpu)
{
    char name[THREAD_NAME_SIZE];
    const struct thread_options options = {
        .name = name,
        .priority = -THREAD_PRIORITY_DEFAULT,
        .affinity = (cpu_mask_t)1 << cpu,
        .detached = true,
    };
    struct thread *t;

    format_text(name, sizeof name, "idle %u", cpu);
    t = thread_make(&options, idle, NULL);
    assert_that(t != NULL, "threads: no memory for the idle thread of vCPU %u", cpu);
    return t;
}

/* What other threads have above their stacks. */
static void make_upper_part(void)
{
    void *variables = heap_alloc_aligned(thread_local_space(), THREAD_LOCAL_ALIGNMENT);

    first.fpu = heap_alloc_aligned(fpu_size(), FPU_ALIGNMENT);
    assert_that(variables != NULL && first.fpu != NULL, "threads: no memory for the first thread");
    memset(first.fpu, 0, fpu_size());
    if (thread_local_space() > 0) {
        first.thread_pointer = thread_local_make(variables);
        fpu_set_thread_pointer(first.thread_pointer);
    }
}

void threads_init(void)
{
    struct thread *idle_thread;

    /* Below this function's own frame, with room for what is called here. */
    stack_mark(boot_stack, (const char *)__builtin_frame_address(0) - 1024);
    fpu_init();
    make_upper_part();
    wait_queue_init(&first.joiner);
    thread_list_add(&first, CPU_MASK_ALL);
    heap_when_short(stack_give_back);
    idle_thread = thread_make_idle(0);
    schedule_init(cpu_this(), &first, idle_thread);
}
