/* Exercise 3.4: the first frame. The threads here wait for ever in the end: ending is another exercise. */
#include "threads.h"

#include <string.h>

#include <stardust/fpu.h>

#include "suites.h"

#define PLACE ((const void *)thread_create)

/* In look.S: what a thread's function is called with. It goes on in look_on. */
void *look(void *argument);
_Noreturn void look_on(void *argument);

/* What it noted: rsp, rbp, and how floating point was set up. */
uintptr_t look_stack, look_frame;
uint32_t look_mxcsr;
uint16_t look_control;

static struct seen {
    unsigned times;
    void *argument;
    const struct thread *self;
} seen;

void look_on(void *argument)
{
    seen.times++;
    seen.argument = argument;
    seen.self = thread_current();
    threads_wait_for_ever();
}

static struct thread *begin_one(void)
{
    struct thread *t;

    seen = (struct seen){0};
    threads_start();
    t = threads_make("looks", 0, look, &seen);
    threads_run();
    CHECK(seen.times == 1, .rule = "a new thread calls its function, once",
          .did = text("it was called %u times", seen.times), .expected = "once",
          .usually = "the first frame's return address is not thread_begin", .where = PLACE);
    return t;
}

static void test_runs(void)
{
    struct thread *t = begin_one();

    CHECK(seen.self == t && seen.argument == &seen,
          .rule = "a new thread is the current one, and gives its function the argument",
          .did =
              text("thread_current() was \"%s\", the argument %p", seen.self->name, seen.argument),
          .expected = text("\"looks\" and %p", (void *)&seen),
          .usually = "the wrong stack was switched to", .where = PLACE);
    threads_check(PLACE);
}

static void test_stack(void)
{
    struct thread *t = begin_one();
    size_t used = (uintptr_t)t->stack_end - look_stack;

    CHECK(used < 1024, .rule = "a new thread begins on an empty stack: at its upper end",
          .did = text("rsp was 0x%lx where its function began, the stack is [%p, %p)", look_stack,
                      (const void *)t->stack_start, (const void *)t->stack_end),
          .expected = "just below the end", .usually = "the frame is put at stack_start",
          .where = PLACE);
    stacks_check(PLACE);
}

static void test_alignment(void)
{
    begin_one();
    CHECK((look_stack + 8) % 16 == 0,
          .rule = "where a function begins, rsp + 8 is a multiple of 16 (System V ABI for x86-64, "
                  "3.2.2); SSE code faults where it is not",
          .did = text("rsp was 0x%lx where the thread's function began", look_stack),
          .expected = "a multiple of 16, less 8",
          .usually = "a call leaves a return address on the stack, and the ret of context_switch "
                     "takes its own away: what thread_begin takes for its return address must be "
                     "there too",
          .where = PLACE);
}

/* Each frame lies above the one that it called; the last one's caller has none. */
static void test_chain(void)
{
    struct thread *t = begin_one();
    uintptr_t frame = look_frame, last = look_stack;

    while (frame > last && frame < (uintptr_t)t->stack_end - 8) {
        last = frame;
        frame = *(const uintptr_t *)frame;
    }
    CHECK(frame == 0, .rule = "a chain of calls ends where rbp is 0: reports follow it",
          .did =
              text("the uppermost frame of the new thread, at 0x%lx, leads to 0x%lx", last, frame),
          .expected = "0", .usually = "rbp in the first frame is not 0", .where = PLACE);
}

static void test_floating(void)
{
    static const uint32_t flush_to_zero = 0x9f80;
    static const uint16_t single_precision = 0x007f;

    seen = (struct seen){0};
    threads_start();
    __asm__ volatile("ldmxcsr %0" : : "m"(flush_to_zero));
    __asm__ volatile("fldcw %0" : : "m"(single_precision));
    threads_make("looks", 0, look, &seen);
    threads_run();
    CHECK(look_mxcsr == FPU_MXCSR_START && look_control == FPU_CONTROL_START,
          .rule = "a new thread has floating point set up as stardust/fpu.h says, whoever made it",
          .did = text("mxcsr was 0x%x, the x87 control word 0x%x", look_mxcsr, look_control),
          .expected = text("0x%x and 0x%x", FPU_MXCSR_START, FPU_CONTROL_START),
          .usually =
              "the fields of the first frame are 0: then every inexact result is an exception",
          .where = PLACE);
}

/* Takes turns with others three times. */
static void *take_turns(void *argument)
{
    const char *name = argument;

    for (unsigned i = 0; i < 3; i++) {
        threads_note(*name);
        thread_yield();
    }
    threads_wait_for_ever();
}

static void test_turns(void)
{
    threads_start();
    threads_make("A", 0, take_turns, "A");
    threads_make("B", 0, take_turns, "B");
    threads_make("C", 0, take_turns, "C");
    threads_run();
    threads_check_log("ABCABCABC", "threads of one priority take turns at each yield",
                      "runqueue_add puts a thread to the front", (const void *)thread_yield);
}

static void test_priorities(void)
{
    threads_start();
    threads_make("A", -3, take_turns, "A");
    threads_make("B", 0, take_turns, "B");
    threads_make("C", 7, take_turns, "C");
    threads_make("D", 0, take_turns, "D");
    threads_run();
    threads_check_log("CCCBDBDBDAAA", "a lower priority runs when no higher one is ready",
                      "runqueue_take does not begin at the highest priority",
                      (const void *)thread_yield);
}

static unsigned wakes;

static void *count_wakes(void *argument)
{
    (void)argument;
    wakes++;
    thread_block();
    wakes++;
    threads_wait_for_ever();
}

static void test_stopped(void)
{
    const struct thread_options options = {.name = "stopped", .stopped = true};
    struct thread *t;

    threads_start();
    wakes = 0;
    thread_create(&t, &options, count_wakes, NULL);
    threads_run();
    CHECK(wakes == 0, .rule = "a thread that is made stopped begins with the first thread_wake",
          .did = "it ran before", .expected = "not yet", .where = PLACE);
    thread_wake(t);
    threads_run();
    CHECK(wakes == 1, .rule = "a thread that is made stopped begins with the first thread_wake",
          .did = text("it went on %u times", wakes), .expected = "once", .where = PLACE);
}

CU_TestInfo begin_tests[] = {
    {"runs", test_runs},
    {"stack", test_stack},
    {"alignment", test_alignment},
    {"chain", test_chain},
    {"floating", test_floating},
    {"turns", test_turns},
    {"priorities", test_priorities},
    {"stopped", test_stopped},
    CU_TEST_INFO_NULL,
};
