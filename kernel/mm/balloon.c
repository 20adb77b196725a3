/* Giving memory back to Xen, and getting it back: see stardust/balloon.h. */
#include <stardust/balloon.h>

#include <kernel/mm/reservation.h>

#include <stardust/bytes.h>
#include <stardust/frames.h>
#include <stardust/memory_lock.h>
#include <stardust/p2m.h>
#include <stardust/pagetable.h>
#include <stardust/panic.h>
#include <stardust/start_info.h>

#include <xen/errno.h>

enum { BATCH = 64 };    /* pages at a time */
enum { RESERVE = 256 }; /* free pages that we keep: what runs goes on for a while */

/* Those that were given back: pfn + 1 of the first; linked like free blocks, by `next`. Both: memory_lock. */
static uint32_t first_given;
static size_t given;

size_t balloon_pages(void)
{
    return guest.pages - __atomic_load_n(&given, __ATOMIC_RELAXED);
}

static void remember(pfn_t pfn)
{
    frame_of(pfn)->use = FRAME_GIVEN;
    frame_of(pfn)->next = first_given;
    first_given = (uint32_t)pfn + 1;
    given++;
}

static pfn_t recall(void)
{
    pfn_t pfn = first_given - 1;

    first_given = frame_of(pfn)->next;
    given--;
    frame_of(pfn)->use = FRAME_ALLOCATED;
    frame_of(pfn)->order = 0;
    return pfn;
}

/* Take up to `wanted` free pages out of use, but leave the reserve. Returns how many. */
static size_t get_free_pages(pfn_t *pfns, size_t wanted)
{
    struct frame_statistics s = frames_statistics();
    size_t spare = s.free + s.untouched;
    size_t count = 0;

    spare = spare > RESERVE ? spare - RESERVE : 0;
    while (count < wanted && count < spare) {
        pfns[count] = frames_alloc(0);
        if (pfns[count] == FRAME_NONE) {
            break;
        }
        memset(pfn_to_virtual(pfns[count]), 0, PAGE_SIZE);
        count++;
    }
    return count;
}

/* Most are neighbours, whose mappings can go together. */
static void unmap(const pfn_t *pfns, size_t count)
{
    for (size_t i = 0; i < count;) {
        size_t run = 1;

        while (i + run < count && pfns[i + run] == pfns[i] + run) {
            run++;
        }
        pagetable_unmap((uintptr_t)pfn_to_virtual(pfns[i]), run);
        i += run;
    }
}

/* From here on nothing leads to the pages: Xen refuses those that something still does. Context: memory_lock held. */
static size_t give(const pfn_t *pfns, size_t count)
{
    mfn_t mfns[BATCH];
    size_t done;

    unmap(pfns, count);
    for (size_t i = 0; i < count; i++) {
        mfns[i] = guest.p2m[pfns[i]];
        p2m_set(pfns[i], MFN_NONE);
    }
    done = reservation_decrease(mfns, count);
    for (size_t i = 0; i < done; i++) {
        remember(pfns[i]);
    }
    for (size_t i = done; i < count; i++) {
        p2m_set(pfns[i], mfns[i]);
    }
    return done;
}

static void put_back(const pfn_t *pfns, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        int error = pagetable_map((uintptr_t)pfn_to_virtual(pfns[i]), &pfns[i], 1, ACCESS_WRITE);

        assert_that(error == 0, "balloon: page 0x%lx cannot be mapped again: error %d", pfns[i],
                    error);
        frames_free(pfns[i], 0);
    }
}

/* Returns how many pages were given back. The machine frames are ours until then: nobody suspends us with them in hand. */
static size_t shrink(size_t wanted)
{
    pfn_t pfns[BATCH];
    critical_t state = memory_lock();
    size_t count = get_free_pages(pfns, wanted < BATCH ? wanted : BATCH);
    size_t done = give(pfns, count);

    put_back(pfns + done, count - done);
    memory_unlock(state);
    return done;
}

/* Returns how many pages came. */
static size_t grow(size_t wanted)
{
    pfn_t pfns[BATCH];
    mfn_t mfns[BATCH];
    critical_t state = memory_lock();
    size_t count = 0, done;

    while (count < wanted && count < BATCH && given > 0) {
        pfns[count] = recall();
        mfns[count] = pfns[count];
        count++;
    }
    done = reservation_populate(mfns, count);
    for (size_t i = 0; i < done; i++) {
        p2m_set(pfns[i], mfns[i]);
    }
    put_back(pfns, done);
    while (count > done) {
        remember(pfns[--count]);
    }
    memory_unlock(state);
    return done;
}

int balloon_set(size_t target)
{
    size_t step = 1;

    while (step > 0 && balloon_pages() != target && (target < balloon_pages() || given > 0)) {
        size_t now = balloon_pages();

        step = now > target ? shrink(now - target) : grow(target - now);
    }
    return balloon_pages() == target ? 0 : -XEN_ENOMEM;
}
