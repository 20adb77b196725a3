/* Threads on all vCPUs that grant, map, write, revoke and free at the same time. See guest.h. */
#include "guest.h"

#include <stardust/clock.h>
#include <stardust/frames.h>
#include <stardust/grant.h>
#include <stardust/grant_map.h>
#include <stardust/options.h>
#include <stardust/print.h>
#include <stardust/start_info.h>
#include <stardust/thread.h>

#include <tests/ktap/random.h>

enum { WORKERS = 8, ROUNDS = 30, PAGES = 6 };

#define PATIENCE (60 * NSEC_PER_SEC)

struct worker {
    struct random random;
    uint64_t stamp;
    uint64_t wrong; /* words that somebody else wrote to, and operations that were refused */
};

static struct worker workers[WORKERS];

/* Every page is its worker's own, before and behind the grant. */
static void use(struct worker *w, uint64_t *const *pages, const struct grant_mapping *mapping)
{
    for (size_t i = 0; i < mapping->count; i++) {
        volatile uint64_t *there = (uint64_t *)mapping->address + i * PAGE_SIZE / 8;

        w->wrong += pages[i][0] != 0;
        there[0] = ++w->stamp;
        w->wrong += pages[i][0] != w->stamp;
    }
}

/* Half of the pages are freed while they are mapped, so that they are deferred. */
static void give_back(struct worker *w, uint64_t *const *pages, const grant_t *grants,
                      struct grant_mapping *mapping)
{
    size_t early = random_below(&w->random, PAGES + 1);

    for (size_t i = 0; i < early; i++) {
        grant_revoke_page(grants[i], pages[i]);
    }
    thread_yield();
    grant_unmap(mapping);
    for (size_t i = early; i < PAGES; i++) {
        grant_revoke_page(grants[i], pages[i]);
    }
}

static void *work(void *worker)
{
    struct worker *w = worker;

    for (unsigned round = 0; round < ROUNDS; round++) {
        struct grant_mapping *mapping;
        uint64_t *pages[PAGES];
        grant_t grants[PAGES];

        for (size_t i = 0; i < PAGES; i++) {
            pages[i] = grant_page(SELF, &grants[i]);
            if (pages[i] == NULL) {
                w->wrong++;
                return NULL;
            }
        }
        if (grant_map(SELF, grants, PAGES, false, &mapping) != 0) {
            w->wrong++;
            return NULL;
        }
        use(w, pages, mapping);
        give_back(w, pages, grants, mapping);
    }
    return NULL;
}

void test_together(void)
{
    nsec_t end = clock_monotonic() + PATIENCE;
    struct thread *threads[WORKERS];
    uint64_t seed = option_number(guest.command_line, "seed", 1), wrong = 0, missing = 0;

    for (unsigned i = 0; i < WORKERS; i++) {
        workers[i] = (struct worker){.random = random_start(seed + i), .stamp = (uint64_t)i << 32};
        missing += thread_create(&threads[i], NULL, work, &workers[i]) != 0;
    }
    for (unsigned i = 0; i < WORKERS; i++) {
        missing += thread_join(threads[i], NULL, end) != 0;
        wrong += workers[i].wrong;
    }
    check(missing == 0, "eight threads grant and revoke until they have done all", missing, 0);
    check(wrong == 0, "nobody's page is somebody else's", wrong, 0);
    while (grants_statistics().deferred > 0 && clock_monotonic() < end) {
        thread_sleep(clock_monotonic() + 50 * NSEC_PER_MSEC);
    }
    check(grants_statistics().deferred == 0, "what was freed while in use comes back",
          grants_statistics().deferred, 0);
    grants_print();
}
