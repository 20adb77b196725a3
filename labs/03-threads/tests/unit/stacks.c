/* Stacks that see who misuses them: see stacks.h. The functions are those of kernel/sched/stack.h. */
#include "stacks.h"

#include <signal.h>
#include <string.h>
#include <ucontext.h>
#include <unistd.h>

#include <sys/mman.h>

#include <kernel/sched/life.h>
#include <kernel/sched/stack.h>
#include <stardust/fpu.h>
#include <stardust/layout.h>

#include <tests/fakexen/fakexen.h>
#include <tests/fakexen/runner/crash.h>
#include <tests/fakexen/runner/test.h>
#include <tests/fakexen/runner/verdict.h>
#include <tests/fakexen/sanitizer.h>

#define STACKS_MOST 4096
#define GUARD       PAGE_SIZE
#define BEHIND      512 /* bytes behind a stack that nobody may use: preemption's, at higher levels */
#define PATTERN     0x77 /* what is in them */

/* From below: a guard page, the stack, what is behind it, the thread, a guard page. */
static struct slot {
    char *memory;
    size_t size;
    struct thread *thread;
    char *behind;
    bool freed;
    char name[THREAD_NAME_SIZE];
} slots[STACKS_MOST];

static unsigned slot_count;
static bool refuse_all;
static struct sigaction usual;

static struct slot *slot_at(uintptr_t address)
{
    for (unsigned i = 0; i < slot_count; i++) {
        if (address - (uintptr_t)slots[i].memory < slots[i].size) {
            return &slots[i];
        }
    }
    return NULL;
}

static struct failure describe_freed(const struct slot *slot, bool own)
{
    return (struct failure){
        .rule = "a thread's stack and structure are used as long as it runs, and by nobody after "
                "they were freed (kernel/sched/life.h)",
        .did = text("%s the memory of thread \"%s\", which was freed",
                    own ? "ran on a stack in" : "used", slot->name),
        .expected = "the memory is freed when it was left for the last time, and what is still "
                    "wanted of it was taken out before",
        .usually = own ? "a thread that ends frees itself: schedule.c frees who is detached, once "
                         "it was left"
                       : "thread_free comes before the result is read",
    };
}

static struct failure describe_guard(const struct slot *slot, bool below)
{
    return (struct failure){
        .rule = "a thread's stack is [stack_start, stack_end) (stardust/thread.h)",
        .did = text("went %s the stack of thread \"%s\"", below ? "below" : "beyond the end of",
                    slot->name),
        .expected = "accesses inside of it",
        .usually = below ? "a stack that grows with each switch: is what was put on it taken off?"
                         : "the first frame was written behind the end: a stack grows down",
    };
}

static void on_fault(int signal, siginfo_t *info, void *context)
{
    const greg_t *registers = ((ucontext_t *)context)->uc_mcontext.gregs;
    uintptr_t address = (uintptr_t)info->si_addr, stack = (uintptr_t)registers[REG_RSP];
    struct slot *slot = registers[REG_TRAPNO] == 14 ? slot_at(address) : NULL;
    bool own = slot != NULL && slot == slot_at(stack);
    struct failure failure;

    if (slot == NULL) {
        usual.sa_sigaction(signal, info, context);
        return;
    }
    failure = slot->freed ? describe_freed(slot, own)
                          : describe_guard(slot, address < (uintptr_t)slot->thread->stack_start);
    failure.where = (const void *)registers[REG_RIP];
    verdict_fill(verdict, &failure);
    if (!own) {
        crash_note_places(verdict, 0, (uintptr_t)registers[REG_RBP], stack);
    }
    _exit(0);
}

void stacks_start(void)
{
    struct sigaction action = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO | SA_ONSTACK};

    sigemptyset(&action.sa_mask);
    sigaction(SIGSEGV, &action, &usual);
    slot_count = 0;
    refuse_all = false;
}

static size_t upper_size(void)
{
    return (BEHIND + sizeof(struct thread) + PAGE_SIZE - 1) & ~(size_t)(PAGE_SIZE - 1);
}

static char *map(size_t size)
{
    char *memory = mmap(NULL, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

    if (memory == MAP_FAILED || slot_count == STACKS_MOST ||
        mprotect(memory + GUARD, size - 2 * GUARD, PROT_READ | PROT_WRITE) != 0) {
        return NULL;
    }
    sanitizer_allow(memory, size);
    return memory;
}

struct thread *stack_alloc(size_t size)
{
    size_t stack = (size + PAGE_SIZE - 1) & ~(size_t)(PAGE_SIZE - 1);
    size_t all = GUARD + stack + upper_size() + GUARD;
    char *memory = refuse_all ? NULL : map(all);
    char *end = memory + all - GUARD;
    struct thread *t;

    if (memory == NULL) {
        return NULL;
    }
    t = (struct thread *)((uintptr_t)(end - sizeof *t) & ~(uintptr_t)(FPU_ALIGNMENT - 1));
    *t = (struct thread){
        .stack_start = memory + GUARD,
        .stack_end = memory + GUARD + stack,
        .fpu = memory + GUARD + stack,
        .memory = (struct region *)memory,
    };
    memset(memory + GUARD + stack, PATTERN, BEHIND);
    slots[slot_count++] = (struct slot){memory, all, t, memory + GUARD + stack, false, ""};
    return t;
}

static struct slot *slot_of(const struct thread *t)
{
    struct slot *slot = slot_at((uintptr_t)t);

    CHECK(slot != NULL && slot->thread == t,
          .rule = "threads that thread_create made are freed, and no others",
          .did = "freed something else", .expected = "a thread of thread_create",
          .usually = "the wrong pointer", .where = (const void *)thread_free);
    CHECK(!slot->freed, .rule = "a thread is freed once",
          .did = text("freed thread \"%s\" again", slot->name),
          .expected = "who joins frees; or, when it is detached, schedule.c does",
          .usually =
              "it is freed by itself and by schedule.c, or by both who joins and who detaches",
          .where = (const void *)thread_free);
    return slot;
}

static void check_left(const struct thread *t)
{
    uintptr_t here = (uintptr_t)__builtin_frame_address(0);

    CHECK(slot_at(here) == NULL || slot_at(here)->thread != t,
          .rule =
              "a thread's stack is freed by another thread, after it was left for the last time "
              "(kernel/sched/life.h)",
          .did = text("thread \"%s\" freed the stack that it runs on", t->name),
          .expected = "schedule.c frees a detached thread once the next one runs",
          .usually = "thread_free is called on the way out", .where = (const void *)thread_exit);
    CHECK(t->state == THREAD_EXITED,
          .rule = "a thread is freed when it has ended, and left its stack",
          .did = text("freed thread \"%s\", which has not", t->name),
          .expected = "sleep until `ended`, then schedule_wait_left",
          .usually = "the wait ends before the thread does", .where = (const void *)thread_free);
}

static void check_behind(const struct slot *slot, const void *where)
{
    for (size_t i = 0; i < BEHIND; i++) {
        CHECK(slot->behind[i] == PATTERN,
              .rule = "a stack ends at stack_end; it grows down from there",
              .did = text("wrote %zu bytes behind the end of the stack of thread \"%s\"", i,
                          slot->thread->name),
              .expected = "nothing there", .usually = "the first frame begins at the end itself",
              .where = where);
    }
}

void stack_free(struct thread *t)
{
    struct slot *slot = slot_of(t);

    check_left(t);
    check_behind(slot, (const void *)thread_create);
    thread_list_remove(slot->thread);
    memcpy(slot->name, t->name, sizeof slot->name);
    slot->freed = true;
    /* The sanitizer's marks of frames that were never left. */
    sanitizer_allow(slot->memory, slot->size);
    mmap(slot->memory, slot->size, PROT_NONE,
         MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED | MAP_NORESERVE, -1, 0);
}

void stack_trim(void)
{
}

void stack_give_back(void)
{
}

void stack_mark(const char *start, const char *end)
{
    (void)start;
    (void)end;
}

size_t thread_stack_used(const struct thread *t)
{
    (void)t;
    return 0;
}

unsigned stacks_used(void)
{
    unsigned used = 0;

    for (unsigned i = 0; i < slot_count; i++) {
        used += !slots[i].freed;
    }
    return used;
}

void stacks_refuse(bool refuse)
{
    refuse_all = refuse;
}

void stacks_check(const void *where)
{
    for (unsigned i = 0; i < slot_count; i++) {
        if (!slots[i].freed) {
            check_behind(&slots[i], where);
        }
    }
}
