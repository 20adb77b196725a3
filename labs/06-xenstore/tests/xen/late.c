/* Exercise 6.3 on the real hypervisor: pages that are in use when they are to be freed. See parts.h. */
#include "parts.h"

#include <stardust/clock.h>
#include <stardust/frames.h>
#include <stardust/grant.h>
#include <stardust/grant_map.h>
#include <stardust/print.h>
#include <stardust/thread.h>

#include <tests/ktap/guest.h>

#define SELF 0 /* the first domain's number */
#define OTHERS                                                                                     \
    400 /* pages that are allocated afterwards: they come to lie wherever there is room */

static grant_t grants[OTHERS_LATE];
static void *others[OTHERS];

static bool give_and_map(uint64_t seed, struct grant_mapping **mapping)
{
    uint64_t *pages[OTHERS_LATE];

    for (unsigned i = 0; i < OTHERS_LATE; i++) {
        pages[i] = grant_page(SELF, &grants[i]);
        if (pages[i] == NULL) {
            return false;
        }
        *pages[i] = random_word(seed, "late", i);
    }
    if (grant_map(SELF, grants, OTHERS_LATE, true, mapping) != 0) {
        return false;
    }
    for (unsigned i = 0; i < OTHERS_LATE; i++) {
        grant_revoke_page(grants[i], pages[i]);
    }
    return true;
}

/* If a page was freed although it is mapped, somebody gets it now. */
static void use_memory(void)
{
    for (unsigned i = 0; i < OTHERS; i++) {
        others[i] = page_alloc();
        *(volatile uint64_t *)others[i] = ~(uint64_t)0;
    }
    for (unsigned i = 0; i < OTHERS; i++) {
        page_free(others[i]);
    }
}

static bool come_back(uint64_t late)
{
    nsec_t end = clock_monotonic() + PATIENCE;

    while (grants_statistics().late < late && clock_monotonic() < end) {
        thread_sleep(clock_monotonic() + 10 * NSEC_PER_MSEC);
    }
    return grants_statistics().late == late && grants_statistics().deferred == 0;
}

void test_late(uint64_t seed)
{
    uint64_t late = grants_statistics().late + OTHERS_LATE, sum = 0;
    struct grant_mapping *mapping;
    bool good = give_and_map(seed, &mapping);

    if (good) {
        use_memory();
        for (unsigned i = 0; i < OTHERS_LATE; i++) {
            sum += ((volatile uint64_t *)mapping->address)[i * PAGE_SIZE / sizeof sum];
        }
        grant_unmap(mapping);
    }
    guest_report_value("late_sum", sum);
    report("grants.late", good && come_back(late),
           "a page that was in use when it was to be freed is freed when it is not any more",
           good ? "not all of them came back within half a minute" : "they could not be granted",
           "grant_table_retry_later is not called, or grants_retry keeps what it should free: see "
           "6.3");
}
