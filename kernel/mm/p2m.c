/* Publishing the list of machine frames: see stardust/p2m.h. */
#include <stardust/p2m.h>

#include <stardust/barrier.h>
#include <stardust/frames.h>
#include <stardust/panic.h>
#include <stardust/shared_info.h>
#include <stardust/start_info.h>

#define FRAMES_PER_PAGE (PAGE_SIZE / sizeof(mfn_t))

static mfn_t mfn_of(const void *address)
{
    return guest.p2m[virtual_to_pfn(address)];
}

static mfn_t *list_page(void)
{
    mfn_t *page = page_alloc_zeroed();

    assert_that(page != NULL, "p2m: no page for the list of frames");
    return page;
}

/*
 * The old form, a tree of three levels: a page that lists pages that list the pages of the list. What is in it is only good until
 * the domain moves to other frames, so we keep where those pages are.
 */
static mfn_t *top;
static mfn_t **middles;

static void make_tree(void)
{
    size_t pages = (guest.pages + FRAMES_PER_PAGE - 1) / FRAMES_PER_PAGE;

    top = list_page();
    middles = (mfn_t **)list_page();
    for (size_t i = 0; i < (pages + FRAMES_PER_PAGE - 1) / FRAMES_PER_PAGE; i++) {
        middles[i] = list_page();
    }
}

static mfn_t fill_tree(void)
{
    size_t pages = (guest.pages + FRAMES_PER_PAGE - 1) / FRAMES_PER_PAGE;

    for (size_t i = 0; i < pages; i++) {
        mfn_t *middle = middles[i / FRAMES_PER_PAGE];

        top[i / FRAMES_PER_PAGE] = mfn_of(middle);
        middle[i % FRAMES_PER_PAGE] = mfn_of(guest.p2m + i * FRAMES_PER_PAGE);
    }
    return mfn_of(top);
}

void p2m_set(pfn_t pfn, mfn_t mfn)
{
    ((uint64_t *)guest.p2m)[pfn] = mfn;
}

/* The new form: where the list is in our address space. A generation that is odd would say that it is being changed. */
void p2m_publish(void)
{
    struct arch_shared_info *arch = &shared_info.arch;

    if (top == NULL) {
        make_tree();
    }
    arch->p2m_generation = 1;
    barrier_write();
    arch->max_pfn = guest.pages;
    arch->p2m_vaddr = (unsigned long)guest.p2m;
    arch->p2m_cr3 = mfn_of(guest.page_table) << PAGE_SHIFT;
    arch->pfn_to_mfn_frame_list_list = fill_tree();
    barrier_write();
    arch->p2m_generation = 2;
}
