/* Copying from and to pages of a second domain. */
#include "around.h"

#include <string.h>

#include <stardust/frames.h>
#include <stardust/memory.h>

#include "suites.h"

#include <xen/errno.h>

/* Two pages of ours, side by side, with different frames. */
static char *two_pages(void)
{
    return pfn_to_virtual(frames_alloc(1));
}

static void test_from(void)
{
    char *ours, *theirs;
    grant_t grant;

    around_start();
    ours = two_pages() + PAGE_SIZE - 50;
    grant = peer_grant(true);
    theirs = peer_own(grant);
    for (unsigned i = 0; i < PAGE_SIZE; i++) {
        theirs[i] = (char)(i * 7);
    }
    ours[120] = 1;
    CU_ASSERT_EQUAL(grant_copy_from(FAKEXEN_PEER, grant, 1000, ours, 120), 0);
    CU_ASSERT_EQUAL(memcmp(ours, theirs + 1000, 120), 0);
    CU_ASSERT_EQUAL(ours[120], 1);
    CU_ASSERT_TRUE(peer_revoke(grant));
}

static void test_to(void)
{
    char *ours, *theirs;
    grant_t grant;

    around_start();
    ours = two_pages() + PAGE_SIZE - 3;
    grant = peer_grant(false);
    theirs = peer_own(grant);
    memcpy(ours, "seven!", 7);
    memset(theirs, 'x', PAGE_SIZE);
    CU_ASSERT_EQUAL(grant_copy_to(FAKEXEN_PEER, grant, PAGE_SIZE - 7, ours, 7), 0);
    CU_ASSERT_STRING_EQUAL(theirs + PAGE_SIZE - 7, "seven!");
    CU_ASSERT_EQUAL(theirs[PAGE_SIZE - 8], 'x');
}

static void test_refused(void)
{
    char *ours;
    grant_t grant;

    around_start();
    ours = two_pages();
    grant = peer_grant(true);
    CU_ASSERT_EQUAL(grant_copy_to(FAKEXEN_PEER, grant, 0, ours, 1), -XEN_EINVAL);
    CU_ASSERT_EQUAL(grant_copy_from(FAKEXEN_PEER, grant, 1, ours, PAGE_SIZE), -XEN_EINVAL);
    CU_ASSERT_EQUAL(grant_copy_from(FAKEXEN_PEER, grant, ~(size_t)0, ours, 2), -XEN_EINVAL);
    CU_ASSERT_EQUAL(grant_copy_from(FAKEXEN_PEER, grant, 0, (void *)FAKEXEN_WINDOW, 1),
                    -XEN_EINVAL);
    CU_ASSERT_EQUAL(grant_copy_from(FAKEXEN_PEER, FAKEXEN_PEER_GRANTS, 0, ours, 1), -XEN_ENOENT);
    CU_ASSERT_EQUAL(grant_copy_from(FAKEXEN_PEER + 1, grant, 0, ours, 1), -XEN_ESRCH);
    CU_ASSERT_EQUAL(grant_copy_from(FAKEXEN_PEER, grant, 0, ours, 0), 0);
}

CU_TestInfo copy_tests[] = {
    {"from", test_from},
    {"to", test_to},
    {"refused", test_refused},
    CU_TEST_INFO_NULL,
};
