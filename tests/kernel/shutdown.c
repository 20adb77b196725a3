/* The end of a domain: not before the console's last byte was read, and not never. */
#include <stardust/shutdown.h>

#include <setjmp.h>
#include <string.h>

#include <stardust/clock.h>
#include <stardust/console.h>
#include <stardust/hypercall.h>
#include <stardust/start_info.h>

#include <CUnit/CUnit.h>

#include "../tap/tap.h"

struct guest guest;

static nsec_t now;
static unsigned unread;    /* bytes that the reader has not taken */
static unsigned quickness; /* bytes that it takes in each wait */
static unsigned reason;
static jmp_buf end;

nsec_t clock_monotonic(void)
{
    return now;
}

/* The one hypercall that is made here: the end. */
long hypercall(unsigned long number, unsigned long command, unsigned long argument,
               unsigned long argument3, unsigned long argument4, unsigned long argument5)
{
    (void)argument3, (void)argument4, (void)argument5;
    CU_ASSERT_EQUAL(number, __HYPERVISOR_sched_op);
    CU_ASSERT_EQUAL(command, SCHEDOP_shutdown);
    reason = ((const struct sched_shutdown *)argument)->reason;
    longjmp(end, 1);
}

static size_t sink_write(const char *bytes, size_t length)
{
    (void)bytes;
    unread += (unsigned)length;
    return length;
}

static void sink_wait(nsec_t deadline)
{
    unread -= unread < quickness ? unread : quickness;
    now = quickness == 0 ? deadline : now + NSEC_PER_MSEC;
}

static bool sink_drained(void)
{
    return unread == 0;
}

static const struct console_sink sink = {
    .name = "test", .write = sink_write, .wait = sink_wait, .drained = sink_drained};

static void end_domain(void (*how)(void), bool first_domain, unsigned bytes_at_once)
{
    guest.first_domain = first_domain;
    now = NSEC_PER_SEC;
    unread = 0;
    quickness = bytes_at_once;
    console_attach(&sink);
    console_write("the last line\n", 14);
    if (setjmp(end) == 0) {
        how();
    }
}

static void test_reader_is_slow(void)
{
    end_domain(shutdown_normal, false, 3);
    CU_ASSERT_EQUAL(unread, 0);
    CU_ASSERT_EQUAL(reason, SHUTDOWN_poweroff);
    end_domain(shutdown_crash, false, 3);
    CU_ASSERT_EQUAL(unread, 0);
    CU_ASSERT_EQUAL(reason, SHUTDOWN_crash);
}

static void test_reader_is_gone(void)
{
    end_domain(shutdown_normal, false, 0);
    CU_ASSERT_EQUAL(now, 11 * NSEC_PER_SEC);
    CU_ASSERT_EQUAL(reason, SHUTDOWN_poweroff);
    end_domain(shutdown_crash, false, 0);
    CU_ASSERT_EQUAL(now, 2 * NSEC_PER_SEC);
}

static void test_first_domain(void)
{
    end_domain(shutdown_normal, true, 14);
    CU_ASSERT_EQUAL(reason, SHUTDOWN_reboot);
}

int main(void)
{
    static const struct tap_test tests[] = {
        {"the last line is waited for", test_reader_is_slow},
        {"a reader that is gone is waited for ten seconds, or one", test_reader_is_gone},
        {"the first domain asks for a reboot", test_first_domain},
    };

    return TAP_RUN("shutdown", tests);
}
