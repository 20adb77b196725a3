/*
 * The grant table on the real hypervisor: the first domain grants pages to itself, maps them, and takes them back. Prints TAP
 * lines.
 */
#include "guest.h"

#include <stardust/application.h>
#include <stardust/clock.h>
#include <stardust/cpu.h>
#include <stardust/frames.h>
#include <stardust/grant.h>
#include <stardust/grant_map.h>
#include <stardust/heap.h>
#include <stardust/print.h>
#include <stardust/thread.h>

#include <xen/errno.h>

const char application_name[] = "grants-test";

#define PATIENCE (20 * NSEC_PER_SEC)
#define NOBODY   0x7000 /* a number that no domain has */

enum { MANY = 64 * GRANTS_PER_FRAME };

static unsigned number;
static grant_t many[MANY];

void check(bool passed, const char *what, uint64_t seen, uint64_t wanted)
{
    print("%s %u - grants, %u vCPUs: %s\n", passed ? "ok" : "not ok", ++number, cpu_count(), what);
    if (!passed) {
        print("# it is %ld, and should be %ld\n", (long)seen, (long)wanted);
    }
}

static void check_number(const char *what, long seen, long wanted)
{
    check(seen == wanted, what, (uint64_t)seen, (uint64_t)wanted);
}

/* What a vCPU keeps for later, only that one gives back. */
static size_t free_pages(void)
{
    struct frame_statistics s;

    for (unsigned i = 0; i < cpu_count(); i++) {
        thread_set_affinity(thread_current(), (cpu_mask_t)1 << i);
        heap_trim();
        page_cache_drain();
    }
    thread_set_affinity(thread_current(), CPU_MASK_ALL);
    s = frames_statistics();
    return s.free + s.cached + s.untouched;
}

static void test_one(void)
{
    struct grant_mapping *mapping;
    grant_t grant;
    uint64_t *page = grant_page(SELF, &grant);
    volatile uint64_t *seen;

    check_number("a page granted is mapped", grant_map(SELF, &grant, 1, false, &mapping), 0);
    seen = mapping->address;
    page[17] = 0x1122334455667788;
    check_number("what is written here is seen there", (long)seen[17], (long)page[17]);
    seen[511] = 99;
    check_number("what is written there is seen here", (long)page[511], 99);
    check_number("a grant whose page is mapped is not revoked", grant_revoke(grant), -XEN_EBUSY);
    grant_unmap(mapping);
    check_number("when it is not mapped any more it is", grant_revoke(grant), 0);
    check_number("what is revoked cannot be mapped", grant_map(SELF, &grant, 1, true, &mapping),
                 -XEN_EINVAL);
    page_free(page);
}

static void test_read_only(void)
{
    struct grant_mapping *mapping;
    uint64_t *page = page_alloc_zeroed();
    grant_t grant;

    grant_access(SELF, virtual_to_pfn(page), true, &grant);
    check_number("a page granted for reading is not mapped for writing",
                 grant_map(SELF, &grant, 1, false, &mapping), -XEN_EINVAL);
    check_number("but for reading", grant_map(SELF, &grant, 1, true, &mapping), 0);
    page[3] = 33;
    check_number("what is written is read there", (long)((volatile uint64_t *)mapping->address)[3],
                 33);
    check_number("a page that is read is in use", grant_revoke(grant), -XEN_EBUSY);
    grant_unmap(mapping);
    check_number("then it is not", grant_revoke(grant), 0);
    page_free(page);
}

static void test_refused(void)
{
    struct grant_mapping *mapping;
    grant_t beyond = 1 << 20, grants[2];
    uint64_t *page = grant_page(SELF, &grants[0]);

    check_number("no such reference", grant_map(SELF, &beyond, 1, true, &mapping), -XEN_ENOENT);
    check_number("no such domain", grant_map(NOBODY, &grants[0], 1, true, &mapping), -XEN_ESRCH);
    grants[1] = beyond;
    check_number("of two pages both are mapped or none", grant_map(SELF, grants, 2, true, &mapping),
                 -XEN_ENOENT);
    check_number("nothing is left mapped", grants_mapped(), 0);
    grant_revoke_page(grants[0], page);
    check_number("so the page is free at once", grants_statistics().deferred, 0);
}

static void test_several(void)
{
    enum { PAGES = 40 };

    struct grant_mapping *mapping;
    uint64_t *pages[PAGES];
    grant_t grants[PAGES];
    long wrong = 0;

    for (size_t i = 0; i < PAGES; i++) {
        pages[i] = grant_page(SELF, &grants[i]);
        pages[i][5] = i + 1;
    }
    check_number("pages are mapped one behind the other",
                 grant_map(SELF, grants, PAGES, false, &mapping), 0);
    for (size_t i = 0; i < PAGES; i++) {
        wrong += ((uint64_t *)mapping->address)[i * PAGE_SIZE / 8 + 5] != i + 1;
    }
    check_number("in their order", wrong, 0);
    grant_unmap(mapping);
    for (size_t i = 0; i < PAGES; i++) {
        grant_revoke_page(grants[i], pages[i]);
    }
}

/* The timer frees a page that was in use when it was to be freed. */
static void test_deferred(void)
{
    nsec_t end = clock_monotonic() + PATIENCE;
    struct grant_mapping *mapping;
    uint64_t late = grants_statistics().late;
    grant_t grant;
    uint64_t *page = grant_page(SELF, &grant);

    grant_map(SELF, &grant, 1, false, &mapping);
    grant_revoke_page(grant, page);
    check_number("a page in use is kept", grants_statistics().deferred, 1);
    ((volatile uint64_t *)mapping->address)[0] = 5;
    thread_sleep(clock_monotonic() + 600 * NSEC_PER_MSEC);
    check_number("as long as it is in use", grants_statistics().deferred, 1);
    check_number("with what is in it", (long)page[0], 5);
    grants_print();
    grant_unmap(mapping);
    while (grants_statistics().deferred > 0 && clock_monotonic() < end) {
        thread_sleep(clock_monotonic() + 50 * NSEC_PER_MSEC);
    }
    check_number("then it is freed by itself", (long)(grants_statistics().late - late), 1);
}

/* Up to what Xen allows, then down again. */
static void test_growth(void)
{
    struct grant_statistics before = grants_statistics();
    pfn_t pfn = virtual_to_pfn(many);
    unsigned count = 0, all = before.frames_max * GRANTS_PER_FRAME - GNTTAB_NR_RESERVED_ENTRIES;
    long wrong = 0;
    int error = 0;

    while (count < MANY && (error = grant_access(SELF, pfn, true, &many[count])) == 0) {
        count++;
    }
    check_number("the table grows as far as Xen allows", count, all);
    check_number("and then says that it is full", error, -XEN_ENOSPC);
    for (unsigned i = 0; i < count; i++) {
        struct grant_mapping *mapping;

        if (i % 1000 == 7) {
            wrong += grant_map(SELF, &many[i], 1, true, &mapping) != 0;
            grant_unmap(mapping);
        }
        wrong += grant_revoke(many[i]) != 0;
    }
    check_number("each of its rows works", wrong, 0);
    check_number("nothing is given any more", grants_statistics().given, before.given);
}

static void test_copy(void)
{
    static uint8_t bytes[3 * PAGE_SIZE];
    grant_t grant;
    uint8_t *page = grant_page(SELF, &grant);
    uint8_t *across = bytes + PAGE_SIZE - (uintptr_t)bytes % PAGE_SIZE + PAGE_SIZE - 100;
    long wrong = 0;

    for (unsigned i = 0; i < 300; i++) {
        across[i] = (uint8_t)(i * 7 + 1);
    }
    check_number("Xen copies to a page granted", grant_copy_to(SELF, grant, 50, across, 300), 0);
    for (unsigned i = 0; i < 300; i++) {
        wrong += page[50 + i] != across[i];
        across[i] = 0;
    }
    check_number("all of it", wrong + page[49] + page[350], 0);
    check_number("and from it", grant_copy_from(SELF, grant, 51, across, 299), 0);
    for (unsigned i = 0; i < 299; i++) {
        wrong += across[i] != page[51 + i];
    }
    check_number("all of it", wrong + across[299], 0);
    check_number("not beyond the page", grant_copy_from(SELF, grant, PAGE_SIZE - 8, across, 9),
                 -XEN_EINVAL);
    check_number("not from anywhere", grant_copy_to(SELF, grant, 0, (void *)8, 1), -XEN_EINVAL);
    grant_revoke_page(grant, page);
    check_number("what was revoked is not copied", grant_copy_from(SELF, grant, 0, across, 1),
                 -XEN_EINVAL);
}

/* A suspend that is cancelled at once: what was granted still is. */
static void test_suspend(void)
{
    struct grant_mapping *mapping;
    grant_t grant;
    uint64_t *page = grant_page(SELF, &grant);

    grants_suspend();
    grants_resume(true);
    page[1] = 11;
    check_number("a grant lives through a cancelled suspend",
                 grant_map(SELF, &grant, 1, true, &mapping), 0);
    check_number("with its page", (long)((volatile uint64_t *)mapping->address)[1], 11);
    grant_unmap(mapping);
    check_number("and is revoked", grant_revoke(grant), 0);
    page_free(page);
}

int application_run(const char *words)
{
    size_t before;

    (void)words;
    test_one();
    test_growth();
    test_together(); /* the stacks and the heap's pages stay, for the next time */
    before = free_pages();
    test_read_only();
    test_refused();
    test_several();
    test_deferred();
    test_copy();
    test_suspend();
    test_together();
    check_number("no reference is lost", grants_statistics().given, 0);
    check_number("nothing stays mapped", grants_mapped(), 0);
    check(free_pages() + 8 >= before, "no page is lost", free_pages(), before);
    print("1..%u\n", number);
    return 0;
}
