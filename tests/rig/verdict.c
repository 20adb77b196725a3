/* What a direct run's lines and events mean, and that none of them can be forged to a clean end:
 * tools/rig/verdict.h. */
#include "verdict.h"

#include <string.h>

#include <CUnit/CUnit.h>

#include "message.h"
#include "process.h"
#include "tests/tap/tap.h"

static const char announced[] = "Hardware Dom0 shutdown: rebooting machine";
static const char crashed[] = "Hardware Dom0 crashed: rebooting machine in 5 seconds.";

/* The verdict after Xen's lines, up to a NULL, and then QEMU's event unless it is NULL. */
static struct verdict after(const char *const *lines, const char *event)
{
    struct verdict v;

    verdict_begin(&v, 60);
    for (; *lines != NULL; lines++) {
        verdict_xen_line(&v, *lines, false);
    }
    if (event != NULL) {
        verdict_shutdown(&v, event);
    }
    return v;
}

#define AFTER(event, ...) after((const char *const[]){__VA_ARGS__, NULL}, event)

static void expect(struct verdict v, enum verdict_kind kind)
{
    CU_ASSERT_EQUAL(v.kind, kind);
    verdict_free(&v);
}

static void clean_end_takes_both(void)
{
    expect(AFTER("guest-reset", announced), VERDICT_POWEROFF);
    expect(AFTER(NULL, announced), VERDICT_NONE);
    expect(AFTER("guest-reset", "something else"), VERDICT_RESET);
    expect(AFTER("guest-shutdown", announced), VERDICT_RESET);
}

static void crash_cannot_be_covered(void)
{
    expect(AFTER("guest-reset", announced, crashed), VERDICT_CRASH);
    expect(AFTER("guest-reset", crashed, announced), VERDICT_CRASH);
    expect(AFTER(NULL, announced, crashed), VERDICT_CRASH);
}

static void other_reasons_are_no_poweroff(void)
{
    expect(AFTER(NULL, "Hardware Dom0 halted: halting machine"), VERDICT_HALT);
    expect(
        AFTER(NULL, "Hardware Dom0 shutdown (unknown reason 9): rebooting machine in 5 seconds."),
        VERDICT_ODD);
    expect(AFTER("guest-reset", "Hardware Dom0 shutdown: watchdog rebooting machine"), VERDICT_ODD);
    expect(AFTER(NULL, "Hardware domain 0 did unsupported soft reset, rebooting."), VERDICT_ODD);
}

static void killed_qemu_is_no_verdict(void)
{
    struct verdict v = AFTER(NULL, announced);

    verdict_qemu_ended(&v);
    expect(v, VERDICT_QEMU);
    expect(AFTER("host-signal", announced), VERDICT_QEMU);
}

static int status_of_panic(bool guest_spoke)
{
    struct console console = {.log = -1};
    struct image image = {.path = "test.elf", .descriptor = -1};
    struct evidence evidence = {.image = &image, .console = &console, .said = ""};
    struct outcome o = {0};
    struct verdict v;
    int status;

    verdict_begin(&v, 60);
    verdict_xen_line(&v, "Panic on CPU 0:", guest_spoke);
    verdict_xen_line(&v, "FATAL PAGE FAULT", guest_spoke);
    CU_ASSERT_EQUAL(v.kind, VERDICT_PANIC);
    verdict_explain(&v, &o, &evidence);
    status = o.status;
    CU_ASSERT_PTR_NOT_NULL(strstr(o.reason, "FATAL PAGE FAULT"));
    outcome_free(&o);
    verdict_free(&v);
    return status;
}

static void panic_is_whose(void)
{
    CU_ASSERT_EQUAL(status_of_panic(false), STATUS_RIG);
    CU_ASSERT_EQUAL(status_of_panic(true), STATUS_CRASH);
}

static void dump_shortens_limit(void)
{
    struct verdict v;

    verdict_begin(&v, 3600);
    verdict_xen_line(&v, "Domain 0 (vcpu#0) crashed on cpu#0:", true);
    CU_ASSERT(v.limit < clock_seconds() + 60);
    CU_ASSERT_FALSE(verdict_is_given(&v));
    verdict_time_over(&v);
    expect(v, VERDICT_CRASH);
}

static void time_and_flood(void)
{
    struct verdict v;

    verdict_begin(&v, 1);
    verdict_output(&v, 1 << 20);
    CU_ASSERT_FALSE(verdict_is_given(&v));
    verdict_time_over(&v);
    expect(v, VERDICT_TIME);
    verdict_begin(&v, 1);
    verdict_virtual_time_over(&v, 100);
    expect(v, VERDICT_TIME);
    verdict_begin(&v, 1);
    verdict_output(&v, (size_t)1 << 30);
    expect(v, VERDICT_FLOOD);
}

int main(void)
{
    static const struct tap_test tests[] = {
        {"a clean end takes Xen's line and QEMU's event", clean_end_takes_both},
        {"a crash cannot be covered up", crash_cannot_be_covered},
        {"other reasons of shutdown are no poweroff", other_reasons_are_no_poweroff},
        {"a QEMU that somebody killed is nobody's verdict", killed_qemu_is_no_verdict},
        {"whose fault a panic of Xen is", panic_is_whose},
        {"a dump that never ends is waited for a little", dump_shortens_limit},
        {"time limit and endless output", time_and_flood},
    };

    return TAP_RUN("verdict", tests);
}
