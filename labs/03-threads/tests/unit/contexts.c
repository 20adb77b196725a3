/* Contexts with known registers: see contexts.h. */
#include "contexts.h"

#include <string.h>

#include <sys/mman.h>

#include <tests/ktap/random.h>

#define STACK_SIZE 65536
#define SEEN       512 /* bytes above a stack pointer that are looked at */
#define PLACE      ((const void *)context_switch)
#define GARBAGE    0xa5

static const char *const names[KEPT_REGISTERS] = {"rbx", "rbp", "r12", "r13", "r14", "r15"};

_Static_assert(offsetof(struct registers, kept) == REGISTERS_KEPT(0), "contexts.h");
_Static_assert(offsetof(struct registers, mxcsr) == REGISTERS_MXCSR, "contexts.h");
_Static_assert(offsetof(struct registers, control) == REGISTERS_CONTROL, "contexts.h");
_Static_assert(offsetof(struct registers, kept_after) == REGISTERS_KEPT_AFTER(0), "contexts.h");
_Static_assert(offsetof(struct registers, mxcsr_after) == REGISTERS_MXCSR_AFTER, "contexts.h");
_Static_assert(offsetof(struct registers, control_after) == REGISTERS_CONTROL_AFTER, "contexts.h");
_Static_assert(offsetof(struct registers, stack) == REGISTERS_STACK, "contexts.h");
_Static_assert(offsetof(struct registers, stack_after) == REGISTERS_STACK_AFTER, "contexts.h");

static struct context {
    struct thread thread;
    struct registers registers;
    char *stack_end;
    /* As they were when it was left. */
    struct thread thread_left;
    unsigned char above[SEEN];
    size_t above_count;
} contexts[CONTEXTS];

static struct random values;
static void (*body_of_all)(unsigned number);

struct registers *context_registers(unsigned number)
{
    return &contexts[number].registers;
}

struct thread *context_thread(unsigned number)
{
    return &contexts[number].thread;
}

void context_choose(unsigned number)
{
    struct registers *r = &contexts[number].registers;

    for (unsigned i = 0; i < KEPT_REGISTERS; i++) {
        r->kept[i] = random_next(&values);
    }
    /* Rounding, flush to zero; rounding, precision: all exceptions stay masked. */
    r->mxcsr = 0x1f80 | (uint32_t)random_below(&values, 8) << 13;
    r->control = (uint16_t)(0x007f | random_below(&values, 16) << 8);
}

/* The first frame of a context, as switch.h says it must be. */
static void make_first_frame(struct context *c)
{
    struct registers *r = &c->registers;
    struct switch_frame first = {
        .mxcsr = r->mxcsr,
        .x87_control = r->control,
        .rbx = r->kept[0],
        .rbp = r->kept[1],
        .r12 = r->kept[2],
        .r13 = r->kept[3],
        .r14 = r->kept[4],
        .r15 = r->kept[5],
        .return_address = (uintptr_t)context_enter,
    };

    r->stack = (uintptr_t)c->stack_end - sizeof(uint64_t);
    c->thread.stack_pointer = (char *)r->stack - sizeof first;
    memcpy(c->thread.stack_pointer, &first, sizeof first);
}

void contexts_start(void (*body)(unsigned number))
{
    fakexen_start(&(struct fakexen_options){.seed = test_seed()});
    values = random_start(test_seed());
    body_of_all = body;
    for (unsigned i = 0; i < CONTEXTS; i++) {
        struct context *c = &contexts[i];
        char *stack =
            mmap(NULL, STACK_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

        *c = (struct context){.thread = {.state = THREAD_READY, .number = i + 1},
                              .registers = {.thread = &c->thread},
                              .stack_end = stack + STACK_SIZE};
        context_choose(i);
        make_first_frame(c);
    }
}

/* Context 0 has the test's stack, whose end is far away. */
static size_t bytes_above(const struct context *c, uintptr_t stack)
{
    size_t left = c == &contexts[0] ? SEEN : (uintptr_t)c->stack_end - stack;

    return left < SEEN ? left : SEEN;
}

static struct context *context_of(struct registers *r)
{
    return (struct context *)((char *)r - offsetof(struct context, registers));
}

/* No sanitizer here: the bytes are those of other functions' frames. */
__attribute__((no_sanitize("address"))) static void
copy_bytes(volatile unsigned char *to, const volatile unsigned char *from, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        to[i] = from[i];
    }
}

/* An event's frame may have been there meanwhile. */
__attribute__((no_sanitize("address"))) static void fill_below(volatile unsigned char *stack)
{
    for (size_t i = 1; i <= 256; i++) {
        stack[-(ptrdiff_t)i] = GARBAGE;
    }
}

static void remember(struct context *c)
{
    c->thread_left = c->thread;
    c->above_count = bytes_above(c, c->registers.stack);
    copy_bytes(c->above, (const unsigned char *)c->registers.stack, c->above_count);
}

void context_leaving(struct registers *from, struct registers *to)
{
    remember(context_of(from));
    remember(context_of(to));
    fill_below(context_of(to)->thread.stack_pointer);
}

static void check_above(const struct context *c)
{
    unsigned char now[SEEN];

    copy_bytes(now, (const unsigned char *)c->registers.stack, c->above_count);
    for (size_t i = 0; i < c->above_count; i++) {
        CHECK(now[i] == c->above[i],
              .rule = "what lies above the stack pointer belongs to the callers (System V ABI for "
                      "x86-64, 3.2.2)",
              .did =
                  text("wrote %zu bytes above the stack pointer, on the stack of the thread that "
                       "was switched %s",
                       i, context_left == &c->registers ? "from" : "to"),
              .expected = "registers are kept below it",
              .usually = "a value is stored at an offset too large, or without making room for it",
              .where = PLACE);
    }
}

static void check_thread(const struct context *c)
{
    struct thread now = c->thread;
    bool left = context_left == &c->registers;

    if (left) {
        now.stack_pointer = c->thread_left.stack_pointer;
    }
    CHECK(memcmp(&now, &c->thread_left, sizeof now) == 0,
          .rule = "context_switch changes the stack pointer of the thread that it leaves, and no "
                  "other field of either (kernel/sched/switch.h)",
          .did = text("wrote to the thread that was switched %s", left ? "from" : "to"),
          .expected = left ? "a store of 8 bytes at its beginning" : "none",
          .usually = "rdi and rsi were mistaken for each other", .where = PLACE);
}

static void check_frame(const struct context *c)
{
    uintptr_t expected = c->registers.stack - sizeof(struct switch_frame);

    CHECK((uintptr_t)c->thread.stack_pointer == expected,
          .rule = "a thread that does not run has a struct switch_frame on its stack, and its "
                  "stack pointer leads there (kernel/sched/switch.h)",
          .did = text("left with the stack pointer %ld bytes below the caller's",
                      (long)(c->registers.stack - (uintptr_t)c->thread.stack_pointer)),
          .expected = text("%zu", sizeof(struct switch_frame)),
          .usually = "the stack pointer is stored too early or too late, or something is not kept",
          .where = PLACE);
}

void context_arrived(void)
{
    const struct context *from = context_of(context_left), *to = context_of(context_arriving);

    check_thread(from);
    check_thread(to);
    check_frame(from);
    check_above(from);
    check_above(to);
}

void context_begin(struct registers *self)
{
    context_arrived();
    body_of_all((unsigned)(context_of(self) - contexts));
    __builtin_unreachable();
}

void context_go(unsigned from, unsigned to)
{
    context_call_switch(&contexts[from].registers, &contexts[to].registers);
}

/* Whose value is in the wrong place, in words. */
static const char *origin(const struct registers *r, uint64_t value)
{
    for (unsigned i = 0; i < KEPT_REGISTERS; i++) {
        if (value == r->kept[i]) {
            return text("what belongs into %s", names[i]);
        }
        if (value == context_left->kept[i]) {
            return text("the other thread's %s", names[i]);
        }
    }
    return text("0x%lx", value);
}

void context_check_kept(unsigned number)
{
    const struct registers *r = &contexts[number].registers;

    for (unsigned i = 0; i < KEPT_REGISTERS; i++) {
        CHECK(r->kept_after[i] == r->kept[i],
              .rule = "a function gives rbx, rbp and r12 to r15 back as it found them (System V "
                      "ABI for x86-64, 3.2.1); each thread has its own",
              .did =
                  text("%s held %s when the thread went on", names[i], origin(r, r->kept_after[i])),
              .expected = text("0x%lx, as when it was left", r->kept[i]),
              .usually = "it is not kept, or the pops are not in the reverse order of the pushes",
              .where = PLACE);
    }
}

void context_check_floating(unsigned number)
{
    const struct registers *r = &contexts[number].registers;
    const char *rule = "the control bits of mxcsr and the x87 control word survive a call (System "
                       "V ABI for x86-64, 3.2.1); each thread has its own";

    CHECK((r->mxcsr_after & ~0x3fu) == (r->mxcsr & ~0x3fu), .rule = rule,
          .did = text("mxcsr was 0x%x when the thread went on", r->mxcsr_after),
          .expected = text("0x%x, as when it was left", r->mxcsr),
          .usually =
              "stmxcsr and ldmxcsr are missing, or on the wrong side of the change of stacks",
          .where = PLACE);
    CHECK(r->control_after == r->control, .rule = rule,
          .did = text("the x87 control word was 0x%x when the thread went on", r->control_after),
          .expected = text("0x%x, as when it was left", r->control),
          .usually = "fnstcw and fldcw are missing, or use bytes of mxcsr", .where = PLACE);
}

void context_check_stack(unsigned number)
{
    const struct registers *r = &contexts[number].registers;

    CHECK(r->stack_after == r->stack,
          .rule = "a function returns with the stack pointer as it was before the call (System V "
                  "ABI for x86-64, 3.2.2)",
          .did = text("a thread went on with its rsp moved by %ld bytes",
                      (long)(r->stack_after - r->stack)),
          .expected = "as many bytes taken off as were put on",
          .usually = "the room for mxcsr and the control word is not given back", .where = PLACE);
}
