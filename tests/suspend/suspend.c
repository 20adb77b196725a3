/* A domain is saved and restored, or its saving is called off: what suspend.c does, and in which order. */
#include "around.h"

#include <string.h>

#include <stardust/cpu.h>
#include <stardust/start_info.h>
#include <stardust/suspend.h>
#include <stardust/thread.h>

#include <tests/fakexen/fakexen.h>
#include <tests/fakexen/runner/test.h>

static void before(struct suspend_listener *listener)
{
    (void)listener;
    around_note("before");
}

static void after(struct suspend_listener *listener, bool cancelled)
{
    (void)listener;
    around_note(cancelled ? "after-cancelled" : "after");
}

static void check_calls(const char *expected)
{
    CHECK(strcmp(around_calls, expected) == 0,
          .rule = "what is taken down is set up again, in the opposite order", .did = around_calls,
          .expected = expected, .where = (const void *)suspend);
}

static void check_as_before(void)
{
    CHECK(cpus_online == 7 && fakexen.vcpus[1].up && fakexen.vcpus[2].up,
          .did = text("left the vCPUs 0x%x online", cpus_online));
    CHECK(thread_current()->asked == 6, .did = "left the thread where it may not run");
    CHECK(around_mapped, .did = "left the page that is shared with Xen unmapped");
    CHECK(fakexen_vcpu_info(0)->evtchn_upcall_mask == 0, .did = "left upcalls masked");
    CHECK(fakexen.start_info->store_mfn == fakexen_frame_of(FAKEXEN_PAGE_STORE) &&
              fakexen.start_info->console.domU.mfn == fakexen_frame_of(FAKEXEN_PAGE_CONSOLE),
          .rule = "in start_info the rings are frames again");
}

static void check_guest(void)
{
    CHECK(guest.store_port == fakexen.store_port && guest.console_port == fakexen.console_port,
          .rule = "the ports of the rings are those of this domain",
          .did = text("kept %u and %u", guest.store_port, guest.console_port));
    CHECK(guest.p2m == fakexen.p2m && guest.pages == fakexen.options.pages,
          .rule = "of start_info only the rings and the shared page are to be believed later");
}

static void suspend_once(void)
{
    static struct suspend_listener listener = {.before = before, .after = after};

    around_start();
    suspend_listen(&listener);
    suspend();
    check_guest();
    check_as_before();
}

static void test_restored(void)
{
    suspend_once();
    check_calls("before xenbus_suspend xenstore_suspend down-1 down-2 on-1 console_suspend "
                "clock_suspend grants_suspend unmap map register-0 register-1 register-2 "
                "events_forget smp_resume_first inspect_init clock_resume timers_resume "
                "console_resume grants_resume up-1-anew up-2-anew on-6 xenstore_resume "
                "xenbus_resume after ");
    CHECK(suspend_count() == 1, .did = text("counted %u restores", suspend_count()));
}

/* What the restored domain published is what the next saving wants. */
static void test_again(void)
{
    suspend_once();
    suspend();
    check_guest();
    check_as_before();
    CHECK(suspend_count() == 2, .did = text("counted %u restores", suspend_count()));
}

static void test_cancelled(void)
{
    around_start();
    fakexen.cancels = true;
    suspend();
    check_guest();
    check_as_before();
    check_calls("xenbus_suspend xenstore_suspend down-1 down-2 on-1 console_suspend "
                "clock_suspend grants_suspend unmap map clock_resume timers_resume-cancelled "
                "console_resume-cancelled grants_resume-cancelled up-1 up-2 on-6 "
                "xenstore_resume-cancelled xenbus_resume-cancelled ");
    CHECK(suspend_count() == 0, .rule = "what was called off is no restore");
}

static void test_stubborn(void)
{
    around_start();
    around_stubborn = 2;
    suspend();
    check_as_before();
    check_calls("xenbus_suspend xenstore_suspend down-1 up-1 on-6 xenstore_resume-cancelled "
                "xenbus_resume-cancelled ");
    CHECK(fakexen.shutdown_reason == 0, .rule = "with a vCPU up nobody suspends");
}

static CU_TestInfo tests[] = {
    {"restored", test_restored}, {"again", test_again}, {"cancelled", test_cancelled},
    {"stubborn", test_stubborn}, CU_TEST_INFO_NULL,
};

CU_SuiteInfo unit_suites[] = {
    {.pName = "suspend", .pTests = tests},
    CU_SUITE_INFO_NULL,
};
