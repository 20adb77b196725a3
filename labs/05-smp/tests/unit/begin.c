/* Exercise 5.7: smp_begin, alone and as part of bringing all vCPUs up. */
#include "around.h"

#include <setjmp.h>
#include <string.h>

#include <stardust/start_info.h>

#include <tests/fakexen/explore.h>
#include <tests/fakexen/panic.h>

#include "suites.h"

static const void *const here = (const void *)smp_begin;
static jmp_buf when_idle;

static void leave(void)
{
    longjmp(when_idle, 1);
}

/* Let vCPU 2 begin. Returns when it is idle. */
static void begin(void)
{
    around_start(VCPUS);
    cpus_online = 1;
    around.at_idle = leave;
    fakexen_run_on(2);
    if (setjmp(when_idle) == 0) {
        smp_begin();
    }
    fakexen_run_on(0);
}

static void test_ready(void)
{
    begin();
    CHECK(around.ready == 1 << 2,
          .rule = "each vCPU makes itself ready: smp_init_this (kernel/cpu/smp_parts.h)",
          .did = text("vCPU 2 began; smp_init_this was called by the vCPUs 0x%x", around.ready),
          .expected = "0x4", .where = here);
    CHECK(!around.too_early,
          .rule = "others give a vCPU threads and events as soon as it is in cpus_online: it must "
                  "be ready before",
          .did = "it was in cpus_online when smp_init_this was called",
          .expected = "ready first, then in the mask", .where = here);
}

static void test_online(void)
{
    begin();
    CHECK(cpus_online == (1 | 1 << 2), .rule = "a vCPU that is ready says so itself: smp_announce",
          .did = text("vCPU 2 began, and cpus_online is 0x%x; it was 0x1", cpus_online),
          .expected = "0x5", .where = here);
}

static void test_idle(void)
{
    begin();
    CHECK(around.idle == 1 << 2, .rule = "a vCPU with nothing else to do is idle: schedule_idle",
          .did = "smp_begin did not get there", .expected = "it is its last call", .where = here);
}

/* All of it, on several vCPUs at once. */
static void init(void *argument)
{
    (void)argument;
    as_built_smp_init();
}

static void prepare(void)
{
    around_start_of_day(VCPUS);
}

static void finish(void)
{
    CHECK(cpus_online == (1 << VCPUS) - 1,
          .rule = "smp_init returns when every vCPU of the domain is in cpus_online",
          .did = text("cpus_online is 0x%x", cpus_online),
          .expected = text("0x%x", (1 << VCPUS) - 1),
          .usually = "a vCPU does not announce itself, or has not got its own %gs", .where = here);
    CHECK(around.ready == (1 << VCPUS) - 2 && !around.too_early && around.first_ready,
          .rule = "each vCPU is ready before others see it in cpus_online",
          .did = text("smp_init_this was called by the vCPUs 0x%x", around.ready),
          .expected = "all but the first, before", .where = here);
}

static void test_all(void)
{
    explore_seeds(&(struct explore_options){.functions = {init}, .step_time = 1000}, 30, prepare,
                  finish);
}

static void call_init(void *data)
{
    (void)data;
    smp_init();
}

/* Nobody runs the vCPUs here. */
static void test_never(void)
{
    const char *words;

    around_start_of_day(2);
    around.tick = NSEC_PER_SEC / 100;
    words = panic_of(call_init, NULL);
    CHECK(
        words != NULL, .rule = "smp_init waits until every vCPU has said itself that it is online",
        .did = "no vCPU ran, and smp_init returned", .expected = "a panic, after waiting for them",
        .usually = "who starts a vCPU announces it", .where = (const void *)smp_init);
}

static void test_one(void)
{
    around_start_of_day(1);
    smp_init();
    CHECK(cpus_online == 1 && around.blocks == 0, .rule = "a domain of one vCPU is complete",
          .did = text("cpus_online is 0x%x", cpus_online), .expected = "0x1", .where = here);
}

CU_TestInfo begin_tests[] = {
    {"ready", test_ready}, {"online", test_online}, {"idle", test_idle}, {"all", test_all},
    {"never", test_never}, {"one", test_one},       CU_TEST_INFO_NULL,
};
