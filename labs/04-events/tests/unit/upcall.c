/* Exercise 4.3: the entry of an upcall, and the way back. */
#include "machine.h"

#include <stardust/types.h>
#include <stardust/upcall.h>

#include <tests/fakexen/runner/test.h>

#include "suites.h"

#define ENTRY ((const void *)upcall_entry)
#define FIRST 5 /* the victim's instruction that is interrupted */

#define STATUS_FLAGS   0xcd5
#define FLAG_DIRECTION 0x400
#define ONE_FRAME                                                                                  \
    160 /* more than what Xen and the entry put on the stack before they find out where they are */

static const char *const names[VICTIM_WORDS] = {
    "rax", "rbx", "rcx", "rdx", "rsi", "rdi", "rbp", "r8",
    "r9",  "r10", "r11", "r12", "r13", "r14", "r15",
};

static void check_unchanged(const struct machine_story *story, const char *when)
{
    for (unsigned i = 0; i < VICTIM_WORDS; i++) {
        uint64_t before = story->before.registers[i], behind = story->behind.registers[i];

        CHECK(before == behind, .rule = "the interrupted code finds its registers as it left them",
              .did = text("%%%s was 0x%lx and is 0x%lx%s", names[i], before, behind, when),
              .expected = "what it was",
              .usually = "a register is missing among those kept, the pops are not the pushes "
                         "backwards, or one is used after it was restored",
              .where = ENTRY);
    }
    CHECK(((story->before.flags ^ story->behind.flags) & STATUS_FLAGS) == 0,
          .rule = "the interrupted code finds its flags as it left them",
          .did = text("they were 0x%lx and are 0x%lx%s", story->before.flags,
                      story->behind.flags & STATUS_FLAGS, when),
          .expected = "what they were",
          .usually = "it went back without iretq, which restores them", .where = ENTRY);
    CHECK(story->before.stack == story->behind.stack_behind,
          .rule = "the interrupted code finds its stack as it left it",
          .did = text("%%rsp moved by %ld%s",
                      (long)(story->behind.stack_behind - story->before.stack), when),
          .expected = "the %rsp in Xen's frame", .where = ENTRY);
}

static struct machine_story run_one(const struct machine_plan *plan)
{
    struct machine_story story = machine_run(plan);

    check_unchanged(&story, "");
    return story;
}

static void test_registers(void)
{
    run_one(&(struct machine_plan){.first = FIRST});
}

static void test_flags(void)
{
    static const uint64_t flags[] = {0x001, 0x004, 0x010, 0x040, 0x080, 0x400, 0x800, 0xcd5};

    for (unsigned i = 0; i < ARRAY_LENGTH(flags); i++) {
        run_one(&(struct machine_plan){.first = FIRST, .flags = flags[i]});
    }
}

static void test_call(void)
{
    struct machine_story story =
        run_one(&(struct machine_plan){.first = FIRST, .flags = FLAG_DIRECTION});

    CHECK(story.calls == 1, .rule = "an upcall calls upcall_handle, once when one event came",
          .did = text("called it %u times", story.calls), .expected = "1", .where = ENTRY);
}

static void test_aligned(void)
{
    run_one(&(struct machine_plan){.first = FIRST, .gap = 0});
}

/* Xen's frame does not begin where the interrupted code's stack ends. */
static void test_gap(void)
{
    run_one(&(struct machine_plan){.first = FIRST, .gap = 8});
}

/* The latest instruction at which something may still happen to the upcall. */
static unsigned long length(void)
{
    return run_one(&(struct machine_plan){.first = FIRST}).steps;
}

/* A second event, at each instruction of the way once. */
static void test_late(void)
{
    unsigned long steps = length();

    for (unsigned gap = 0; gap <= 8; gap += 8) {
        for (unsigned long second = FIRST + 1; second < steps; second++) {
            struct machine_plan plan = {
                .first = FIRST, .second = second, .gap = gap, .flags = 0x401};
            struct machine_story story = machine_run(&plan);

            check_unchanged(&story, text(": a second event came before instruction %lu of %lu",
                                         second - FIRST, steps - FIRST));
        }
    }
}

static void check_depth(const struct machine_plan *storm)
{
    struct machine_plan calm = *storm;
    struct machine_story quiet, wild;

    calm.storm = 0;
    quiet = run_one(&calm);
    wild = machine_run(storm);
    CHECK(wild.deepest <= quiet.deepest + ONE_FRAME,
          .rule = "however many events come on the way back, the stack does not grow with them",
          .did = text("%u events in a row took %u bytes of it; one takes %u", wild.events,
                      wild.deepest, quiet.deepest),
          .expected =
              "an upcall that interrupts the way back forgets its own frame, and goes back by "
              "the one that it found",
          .usually = "the frame's %rip is not compared with the way back, from the unmasking to "
                     "the iretq",
          .where = ENTRY);
    check_unchanged(&wild, " after a storm of events");
}

static void test_storm(void)
{
    check_depth(&(struct machine_plan){.first = FIRST, .storm = 60});
}

static void test_storm_gap(void)
{
    check_depth(&(struct machine_plan){.first = FIRST, .storm = 60, .gap = 8});
}

/* Two at a distance of few instructions, on the way back. */
static void test_two(void)
{
    unsigned long steps = length();

    for (unsigned storm = 1; storm <= 3; storm += 2) {
        for (unsigned long second = FIRST + 1; second < steps; second++) {
            struct machine_plan plan = {.first = FIRST, .second = second, .storm = storm, .gap = 8};
            struct machine_story story = machine_run(&plan);

            check_unchanged(&story,
                            text(": events came before instruction %lu of %lu, and at %u of "
                                 "the way back",
                                 second - FIRST, steps - FIRST, storm));
        }
    }
}

CU_TestInfo upcall_tests[] = {
    {"registers", test_registers},
    {"flags", test_flags},
    {"call", test_call},
    {"aligned", test_aligned},
    {"gap", test_gap},
    {"late", test_late},
    {"two", test_two},
    {"storm", test_storm},
    {"storm_gap", test_storm_gap},
    CU_TEST_INFO_NULL,
};
