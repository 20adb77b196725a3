/* Mapping pages of a second domain, which may not grant them, or may be slow. */
#include "around.h"

#include <string.h>

#include <stardust/frames.h>
#include <stardust/memory.h>

#include "suites.h"

#include <xen/errno.h>

static void test_seen(void)
{
    struct grant_mapping *mapping;
    grant_t grant;
    size_t before;

    around_start();
    before = around_free_pages();
    grant = peer_grant(false);
    strcpy(peer_own(grant), "from the other side");
    CU_ASSERT_EQUAL_FATAL(grant_map(FAKEXEN_PEER, &grant, 1, false, &mapping), 0);
    CU_ASSERT_STRING_EQUAL(mapping->address, "from the other side");
    strcpy(mapping->address, "and back");
    CU_ASSERT_STRING_EQUAL(peer_own(grant), "and back");
    CU_ASSERT_FALSE(peer_revoke(grant));
    CU_ASSERT_EQUAL(grants_mapped(), 1);
    grant_unmap(mapping);
    CU_ASSERT_TRUE(peer_revoke(grant));
    around_check_clean(before);
}

static void test_several(void)
{
    struct grant_mapping *mapping;
    grant_t grants[FAKEXEN_PEER_GRANTS];
    size_t before;

    around_start();
    before = around_free_pages();
    for (unsigned i = 0; i < FAKEXEN_PEER_GRANTS; i++) {
        grants[i] = peer_grant(true);
        *(unsigned *)peer_own(grants[i]) = i;
    }
    CU_ASSERT_EQUAL_FATAL(grant_map(FAKEXEN_PEER, grants, FAKEXEN_PEER_GRANTS, true, &mapping), 0);
    for (unsigned i = 0; i < FAKEXEN_PEER_GRANTS; i++) {
        CU_ASSERT_EQUAL(*(unsigned *)((char *)mapping->address + i * PAGE_SIZE), i);
    }
    grant_unmap(mapping);
    around_check_clean(before);
}

static void check_refused(domid_t domain, const grant_t *grants, size_t count, bool read_only,
                          int expected)
{
    struct grant_mapping *mapping = NULL;
    size_t before = around_free_pages();

    CU_ASSERT_EQUAL(grant_map(domain, grants, count, read_only, &mapping), expected);
    CU_ASSERT_PTR_NULL(mapping);
    around_check_clean(before);
}

/* The first two are mapped when the third is refused. */
static void test_refused(void)
{
    grant_t grants[3];

    around_start();
    for (unsigned i = 0; i < 3; i++) {
        grants[i] = peer_grant(i < 2);
    }
    check_refused(FAKEXEN_PEER, grants, 1, false, -XEN_EINVAL);
    check_refused(FAKEXEN_PEER + 1, grants, 1, true, -XEN_ESRCH);
    CU_ASSERT_TRUE(peer_revoke(grants[2]));
    check_refused(FAKEXEN_PEER, grants, 3, true, -XEN_EINVAL);
    grants[2] = FAKEXEN_PEER_GRANTS;
    check_refused(FAKEXEN_PEER, grants, 3, true, -XEN_ENOENT);
}

static void test_slow(void)
{
    struct grant_mapping *mapping;
    grant_t grant;

    around_start();
    grant = peer_grant(true);
    fakexen_grant_delay(7);
    CU_ASSERT_EQUAL_FATAL(grant_map(FAKEXEN_PEER, &grant, 1, true, &mapping), 0);
    CU_ASSERT_EQUAL(around_sleeps, 7);
    grant_unmap(mapping);
    fakexen_grant_delay(100000);
    check_refused(FAKEXEN_PEER, &grant, 1, true, -XEN_EAGAIN);
    CU_ASSERT_TRUE(around_sleeps < 200);
}

static void test_no_memory(void)
{
    grant_t grant;

    around_start();
    grant = peer_grant(true);
    around_heap_empty = true;
    check_refused(FAKEXEN_PEER, &grant, 1, true, -XEN_ENOMEM);
    while (page_alloc() != NULL) {
    }
    check_refused(FAKEXEN_PEER, &grant, 1, true, -XEN_ENOMEM);
}

CU_TestInfo map_tests[] = {
    {"seen", test_seen}, {"several", test_several},     {"refused", test_refused},
    {"slow", test_slow}, {"no_memory", test_no_memory}, CU_TEST_INFO_NULL,
};
