/*
 * fakexen's own tests. The suites `model` and `memory` must pass; each test of the suite `victim` must fail, with the words that
 * expected.txt has, and each of the suite `endless`: tests/fakexen/self/check sees to all.
 */
#include <string.h>

#include <stardust/hypercall.h>
#include <stardust/memory.h>

#include <tests/fakexen/complaint.h>
#include <tests/fakexen/fakexen.h>
#include <tests/fakexen/guest.h>
#include <tests/fakexen/runner/test.h>
#include <tests/fakexen/watch.h>
#include <tests/fakexen/xenconsoled.h>

#include "explorer.h"
#include "memory.h"
#include "vcpus.h"
#include "victims.h"

#include <xen/errno.h>

static unsigned accesses, reads_of_consumer;

static void start(bool first_domain)
{
    fakexen_start(
        &(struct fakexen_options){.first_domain = first_domain, .vcpus = 3, .seed = test_seed()});
}

/* No two pages share a frame, none is its own, neighbours are not neighbours. */
static void model_frames(void)
{
    start(false);
    for (pfn_t pfn = 0; pfn < fakexen.options.pages; pfn++) {
        mfn_t mfn = fakexen.p2m[pfn];

        CU_ASSERT_EQUAL(mfn_to_pfn(mfn), pfn);
        CU_ASSERT_NOT_EQUAL(mfn, pfn);
        CU_ASSERT(pfn == 0 || mfn != fakexen.p2m[pfn - 1] + 1);
        CU_ASSERT_PTR_EQUAL(pfn_to_virtual(pfn), fakexen_page(pfn));
    }
}

static void model_privilege(void)
{
    start(false);
    CU_ASSERT_EQUAL(hypercall_console_write("x", 1), -XEN_EPERM);
    start(true);
    CU_ASSERT_EQUAL(hypercall_console_write("hello", 5), 0);
    CU_ASSERT_EQUAL(fakexen.console_length, 5);
    CU_ASSERT_EQUAL(memcmp(fakexen.console, "hello", 5), 0);
}

static void model_vcpus(void)
{
    start(false);
    CU_ASSERT_EQUAL(hypercall_vcpu_op(VCPUOP_is_up, 2, NULL), 1);
    CU_ASSERT_EQUAL(hypercall_vcpu_op(VCPUOP_is_up, 3, NULL), -XEN_ENOENT);
}

static evtchn_t told;

static void on_send(evtchn_t port)
{
    told = port;
}

static void model_events(void)
{
    struct evtchn_send send;

    start(false);
    fakexen.on_send = on_send;
    send.port = fakexen.console_port;
    CU_ASSERT_EQUAL(hypercall_event_channel_op(EVTCHNOP_send, &send), 0);
    CU_ASSERT_EQUAL(told, fakexen.console_port);
    CU_ASSERT_EQUAL(fakexen.ports[fakexen.console_port].sends, 1);
}

/* A poll with an event returns at once; without one it takes until its timeout, in virtual time. */
static void model_poll(void)
{
    struct sched_poll poll = {.nr_ports = 1, .timeout = 5000};
    evtchn_t port;

    start(false);
    port = fakexen.console_port;
    set_xen_guest_handle(poll.ports, &port);
    fakexen.shared_info->evtchn_pending[0] = (xen_ulong_t)1 << port;
    CU_ASSERT_EQUAL(hypercall_sched_op(SCHEDOP_poll, &poll), 0);
    CU_ASSERT_EQUAL(fakexen.now, 0);
    fakexen.shared_info->evtchn_pending[0] = 0;
    CU_ASSERT_EQUAL(hypercall_sched_op(SCHEDOP_poll, &poll), 0);
    CU_ASSERT_EQUAL(fakexen.now, 5000);
}

static void model_mapping(void)
{
    uint64_t va;

    start(false);
    va = (uintptr_t)fakexen_page(3);
    CU_ASSERT_EQUAL(hypercall_update_va_mapping(va, fakexen.p2m[5] << PAGE_SHIFT | PTE_PRESENT, 0),
                    0);
    CU_ASSERT_EQUAL(
        hypercall_update_va_mapping(va, fakexen.start_info->shared_info | PTE_PRESENT, 0), 0);
    CU_ASSERT_EQUAL(hypercall_update_va_mapping(va, 5 << PAGE_SHIFT | PTE_PRESENT, 0), -XEN_EBUSY);
}

/* The reader follows the rules, and like the real one ignores a ring that is too full. */
static void model_xenconsoled(void)
{
    static struct xenconsoled x;

    start(false);
    xenconsoled_attach(&x, fakexen.console_ring, UINT32_MAX);
    memcpy(&fakexen.console_ring->out[2047], "a", 1);
    memcpy(&fakexen.console_ring->out[0], "bc", 2);
    fakexen.console_ring->out_prod += 3;
    CU_ASSERT_EQUAL(xenconsoled_read(&x, 2), 2);
    CU_ASSERT_EQUAL(xenconsoled_read(&x, 100), 1);
    CU_ASSERT_EQUAL(memcmp(x.log, "abc", 3), 0);
    fakexen.console_ring->out_prod += 2049;
    CU_ASSERT_EQUAL(xenconsoled_read(&x, 100), 0);
}

static void count_access(const struct watch_access *access)
{
    accesses++;
    reads_of_consumer +=
        !access->write && access->offset == offsetof(struct xencons_interface, out_cons);
}

static void model_watch(void)
{
    start(false);
    watch_begin(fakexen.console_ring, count_access, NULL);
    victim_look_twice(fakexen.console_ring);
    watch_end();
    CU_ASSERT_EQUAL(accesses, 2);
    CU_ASSERT_EQUAL(reads_of_consumer, 2);
}

/* A system call of code under test is a hypercall, whatever its number does on this machine. */
static void model_catches_all(void)
{
    start(false);
    CU_ASSERT_EQUAL(victim_system_call(), -XEN_ENOSYS);
    CU_ASSERT_EQUAL(fakexen.calls, 1);
}

static void test_hole(void)
{
    victim_hole();
}

/* As the kernel is built, and with the explorer's calls in it. */
static void test_hole_as_built(void)
{
    as_built_victim_hole();
}

static void test_loop(void)
{
    victim_loop();
}

static void test_null(void)
{
    victim_null();
}

static void test_overflow(void)
{
    char buffer[16];

    victim_overflow(buffer, sizeof buffer);
}

static void test_undefined(void)
{
    CU_ASSERT_EQUAL(victim_undefined((int)sizeof(int) * 8), 0);
}

static void test_jump(void)
{
    victim_jump();
}

static void test_stack(void)
{
    victim_stack();
}

static void test_beyond(void)
{
    start(false);
    CU_ASSERT_EQUAL(((const char *)(fakexen.start_info + 1))[0], 0);
}

static void check_published(const struct watch_access *access)
{
    CHECK(fakexen.console_ring->out_prod == 0 || fakexen.console_ring->out[0] == 'x',
          .rule = "bytes first", .did = "index first", .where = (const void *)access->place);
}

static void test_publish_early(void)
{
    start(false);
    fakexen.console_ring->out_prod = 0;
    fakexen.console_ring->out[0] = 0;
    watch_begin(fakexen.console_ring, NULL, check_published);
    victim_publish_early(fakexen.console_ring, "x", 1);
    watch_end();
}

/* The place is the victim's, not that of hypercall(), which passed the request on. */
static void test_table_writable(void)
{
    start(false);
    victim_map_table(fakexen_page(FAKEXEN_PAGE_FREE), fakexen_frame_of(FAKEXEN_PAGE_TABLES + 3));
    complaint_check();
}

/* Real memory, really read-only. */
static void test_table_written(void)
{
    start(false);
    victim_write(fakexen_page(FAKEXEN_PAGE_TABLES + 4));
}

static void test_panic(void)
{
    victim_panic();
}

/* Nobody will ever end this wait. */
static void test_lost(void)
{
    start(false);
    hypercall_sched_op(SCHEDOP_block, NULL);
}

static void test_assertion(void)
{
    CU_ASSERT_EQUAL(1, 2);
}

static CU_TestInfo model_tests[] = {
    {"frames", model_frames},
    {"privilege", model_privilege},
    {"vcpus", model_vcpus},
    {"events", model_events},
    {"poll", model_poll},
    {"mapping", model_mapping},
    {"watch", model_watch},
    {"xenconsoled", model_xenconsoled},
    {"catches_all", model_catches_all},
    CU_TEST_INFO_NULL,
};

static CU_TestInfo victim_tests[] = {
    {"hole", test_hole},
    {"hole_as_built", test_hole_as_built},
    {"loop", test_loop},
    {"null", test_null},
    {"overflow", test_overflow},
    {"undefined", test_undefined},
    {"jump", test_jump},
    {"stack", test_stack},
    {"beyond", test_beyond},
    {"publish_early", test_publish_early},
    {"table_writable", test_table_writable},
    {"table_written", test_table_written},
    {"panic", test_panic},
    {"lost", test_lost},
    {"assertion", test_assertion},
    CU_TEST_INFO_NULL,
};

static CU_TestInfo endless_tests[] = {
    {"first", test_loop},  {"second", test_loop}, {"third", test_loop},
    {"fourth", test_loop}, CU_TEST_INFO_NULL,
};

CU_SuiteInfo unit_suites[] = {
    {.pName = "model", .pTests = model_tests},     {.pName = "memory", .pTests = memory_tests},
    {.pName = "vcpus", .pTests = vcpus_tests},     {.pName = "explorer", .pTests = explorer_tests},
    {.pName = "upcalls", .pTests = upcalls_tests}, {.pName = "victim", .pTests = victim_tests},
    {.pName = "endless", .pTests = endless_tests}, CU_SUITE_INFO_NULL,
};
