/*
 * Where the grant table lies, when deferred grants are tried again, and what is in it, for people: see
 * kernel/xen/grant_table.h. What is to be done at boot, at the end and when we are suspended is all here: see stardust/part.h.
 */
#include <kernel/xen/grant_table.h>

#include <stardust/clock.h>
#include <stardust/foreign.h>
#include <stardust/frames.h>
#include <stardust/hypercall.h>
#include <stardust/memory.h>
#include <stardust/panic.h>
#include <stardust/print.h>
#include <stardust/region.h>
#include <stardust/timer.h>

#include <xen/errno.h>

/* How often deferred grants are tried again, and how many in one upcall: the other domain decides how many there are. */
#define RETRY_EVERY (NSEC_PER_SEC / 4)
enum { RETRY_AT_ONCE = 64 };

enum { GRANTS_SHOWN = 16 };

_Static_assert(GRANTS_PER_FRAME * sizeof(struct grant_record) == PAGE_SIZE,
               "a page of records for each page of rows");
_Static_assert(GRANT_FRAMES_MAX * sizeof(xen_pfn_t) <= PAGE_SIZE, "the list fits into a page");

struct grant_table grant_table = {.lock = SPINLOCK(LOCK_GRANTS)};

static struct region *records_region; /* never changes after grants_init */
static struct timer timer;
static bool timer_wanted; /* it is started, or its function runs; grant_table.lock */

static unsigned most_frames(void)
{
    struct gnttab_query_size query = {.dom = DOMID_SELF};
    long error = hypercall_grant_table_op(GNTTABOP_query_size, &query, 1);

    assert_that(error == 0 && query.status == GNTST_okay,
                "grants: GNTTABOP_query_size: error %ld, status %d", error, query.status);
    return query.max_nr_frames < GRANT_FRAMES_MAX ? query.max_nr_frames : GRANT_FRAMES_MAX;
}

static struct region *reserve(const char *name, unsigned pages)
{
    struct region *region = region_reserve(name, pages * (size_t)PAGE_SIZE, REGION_COMMITTED);

    assert_that(region != NULL, "grants: no addresses for the %s", name);
    return region;
}

static void on_time(struct timer *t)
{
    critical_t state;
    bool again;

    grants_retry(RETRY_AT_ONCE);
    state = spin_lock_irqsave(&grant_table.lock);
    again = grant_table.statistics.deferred > 0;
    timer_wanted = again;
    spin_unlock_irqrestore(&grant_table.lock, state);
    if (again) {
        timer_start(t, clock_monotonic() + RETRY_EVERY);
    }
}

void grants_init(void)
{
    unsigned most = most_frames();

    grant_table.statistics.frames_max = most;
    grant_table.frame_list = page_alloc_zeroed();
    assert_that(grant_table.frame_list != NULL, "grants: no memory");
    grant_table.rows = (struct grant_entry_v1 *)reserve("grant table", most)->start;
    records_region = reserve("grant records", most);
    grant_table.records = (struct grant_record *)records_region->start;
    timer_init(&timer, on_time);
}

static uintptr_t place_of(unsigned number)
{
    return (uintptr_t)&grant_table.rows[number * GRANTS_PER_FRAME];
}

int grant_table_place(unsigned number, mfn_t mfn)
{
    int error = region_commit(records_region, number * (size_t)PAGE_SIZE, PAGE_SIZE);

    if (error != 0) {
        return error;
    }
    error = foreign_open(place_of(number));
    if (error == 0) {
        error = foreign_set(place_of(number), mfn, ACCESS_WRITE);
        if (error == 0) {
            return 0;
        }
        foreign_close(place_of(number));
    }
    region_decommit(records_region, number * (size_t)PAGE_SIZE, PAGE_SIZE);
    return error;
}

void grant_table_retry_later(void)
{
    critical_t state = spin_lock_irqsave(&grant_table.lock);
    bool start = !timer_wanted && grant_table.statistics.deferred > 0;

    timer_wanted = timer_wanted || start;
    spin_unlock_irqrestore(&grant_table.lock, state);
    if (start) {
        timer_start(&timer, clock_monotonic() + RETRY_EVERY);
    }
}

void grants_suspend(void)
{
    timer_cancel(&timer);
    timer_wanted = false;
    for (unsigned i = 0; i < grant_table.statistics.frames; i++) {
        foreign_clear(place_of(i));
    }
}

/* Where the pages of the table are now; a new table has them made for it. */
static void find_frames(unsigned count)
{
    struct gnttab_setup_table setup = {.dom = DOMID_SELF, .nr_frames = count};
    long error;

    set_xen_guest_handle(setup.frame_list, grant_table.frame_list);
    error = hypercall_grant_table_op(GNTTABOP_setup_table, &setup, 1);
    assert_that(error == 0 && setup.status == GNTST_okay,
                "grants: a table of %u pages is refused: error %ld, status %d", count, error,
                setup.status);
}

void grants_resume(bool cancelled)
{
    unsigned frames = grant_table.statistics.frames;

    if (!cancelled) {
        grant_table.statistics.frames_max = most_frames();
    }
    if (frames > 0) {
        find_frames(frames);
    }
    for (unsigned i = 0; i < frames; i++) {
        int error = foreign_set(place_of(i), grant_table.frame_list[i], ACCESS_WRITE);

        assert_that(error == 0, "grants: page %u of the table is refused: error %d", i, error);
    }
    grant_table_retry_later();
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
