/* What is granted, for people: see stardust/grant.h. */
#include <kernel/xen/grant_table.h>

#include <stardust/frames.h>
#include <stardust/memory.h>
#include <stardust/print.h>

enum { GRANTS_SHOWN = 16 };

struct grant_statistics grants_statistics(void)
{
    critical_t state = spin_lock_irqsave(&grant_table.lock);
    struct grant_statistics statistics = grant_table.statistics;

    spin_unlock_irqrestore(&grant_table.lock, state);
    return statistics;
}

static bool look(grant_t grant, struct grant_record *record, struct grant_entry_v1 *row)
{
    critical_t state = spin_lock_irqsave(&grant_table.lock);

    *record = grant_table.records[grant];
    *row = grant_table.rows[grant];
    spin_unlock_irqrestore(&grant_table.lock, state);
    return record->use != GRANT_FREE;
}

static void show(grant_t grant, const struct grant_record *record, const struct grant_entry_v1 *row)
{
    print("    %5u  page 0x%x to domain %u%s%s%s\n", grant, record->page, row->domid,
          row->flags & GTF_readonly ? ", to read" : "",
          row->flags & (GTF_reading | GTF_writing) ? ", in use" : "",
          record->use == GRANT_DEFERRED ? ", to be freed" : "");
}

void grants_print(void)
{
    struct grant_statistics s = grants_statistics();
    unsigned shown = 0;

    print("  grants: %u of %u, %u to be freed; table of %u pages, %u at most; %lu times in use, "
          "%lu freed late\n",
          s.given, s.frames * GRANTS_PER_FRAME, s.deferred, s.frames, s.frames_max, s.busy, s.late);
    for (grant_t grant = 0; grant < s.frames * GRANTS_PER_FRAME && shown < GRANTS_SHOWN; grant++) {
        struct grant_record record;
        struct grant_entry_v1 row;

        if (look(grant, &record, &row)) {
            show(grant, &record, &row);
            shown++;
        }
    }
}

void grants_report_leaks(void)
{
    struct grant_statistics s = grants_statistics();

    if (s.given > 0) {
        print("grants: %u page%s never taken back\n", s.given, s.given == 1 ? " was" : "s were");
        grants_print();
    }
}

void *grant_page(domid_t domain, grant_t *grant)
{
    void *page = page_alloc_zeroed();

    if (page != NULL && grant_access(domain, virtual_to_pfn(page), false, grant) != 0) {
        page_free(page);
        page = NULL;
    }
    return page;
}
