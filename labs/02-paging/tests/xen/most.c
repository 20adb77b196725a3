/* Exercise 2.4 on the real hypervisor: memory that has to be taken in. See parts.h. */
#include "parts.h"

#include <stardust/chunks.h>
#include <stardust/frames.h>
#include <stardust/print.h>
#include <stardust/start_info.h>

#include <tests/ktap/guest.h>
#include <tests/ktap/memory.h>

static char did[160];

/* Pages are linked through their second word, so that no list of them needs memory. */
static uint64_t **take_memory(uint64_t seed, uint64_t count)
{
    uint64_t **last = NULL;

    for (uint64_t i = 0; i < count; i++) {
        uint64_t **page = page_alloc();

        if (page == NULL) {
            format_text(did, sizeof did,
                        "page_alloc returned NULL for page %lu of %lu; %zu were not taken in", i,
                        count, chunks_untouched());
            return NULL;
        }
        /* The first word is the link; a word that would lie there comes right behind. */
        page[0] = (uint64_t *)last;
        page[memory_offset(seed, i) / 8 + (memory_offset(seed, i) == 0)] =
            (uint64_t *)memory_word(seed, "memory", i);
        last = page;
    }
    return last;
}

/* From the last page back to the first. */
static uint64_t give_memory(uint64_t seed, uint64_t **page, uint64_t count)
{
    uint64_t sum = 0;

    for (uint64_t i = count; i > 0; i--) {
        uint64_t **next = (uint64_t **)page[0];
        size_t offset = memory_offset(seed, i - 1);

        sum += (uint64_t)page[offset / 8 + (offset == 0)];
        page_free(page);
        page = next;
    }
    return sum;
}

void test_memory(uint64_t seed)
{
    uint64_t count = memory_most(guest.pages);
    uint64_t **last = take_memory(seed, count);

    guest_report_value("pages", guest.pages);
    guest_report_value("memory_sum", last != NULL ? give_memory(seed, last, count) : 0);
    guest_report_test("paging.memory", last != NULL,
                      &(struct guest_failure){
                          .rule = "memory that the domain builder did not map is taken in when it "
                                  "is needed",
                          .did = did,
                          .expected = "three quarters of all pages, at once",
                          .usually = "pagetable_install fails, or frames_alloc asks for more too "
                                     "late: see 2.4",
                      });
}
