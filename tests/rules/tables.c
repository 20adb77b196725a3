/* The rules about page tables: what it takes for a page to be one. See rules.h. */
#include "pages.h"

#include <xen/errno.h>

#define PTE_SIZE_BIT ((uint64_t)1 << 7) /* a large page, which a PV guest may not have */

static uint64_t hook_entry(mfn_t mfn)
{
    return mfn << PAGE_SHIFT | PTE_PRESENT | PTE_WRITABLE | PTE_USER | PTE_ACCESSED | PTE_DIRTY;
}

/* An entry of the level-2 table above us that nothing uses: the last one, for memory that no guest here has. */
#define FREE_INDEX 511

static long hook(unsigned page)
{
    return write_entry(table_above(page, 2), FREE_INDEX, hook_entry(frame(page)));
}

static void unhook(unsigned page)
{
    write_entry(table_above(page, 2), FREE_INDEX, 0);
    operation(MMUEXT_TLB_FLUSH_ALL, 0);
}

static long pin_and_restore(unsigned level)
{
    long answer = pin(level, frame(ONE));

    if (answer == 0) {
        unpin(frame(ONE));
    }
    restore(ONE);
    return answer;
}

static long pin_writable(void)
{
    empty_table(ONE);
    return pin_and_restore(1);
}

static long pin_read_only(void)
{
    make_table(ONE);
    return pin_and_restore(1);
}

static long pin_not_mapped(void)
{
    empty_table(ONE);
    set(ONE, 0);
    return pin_and_restore(2);
}

static long pin_level_4(void)
{
    make_table(ONE);
    return pin_and_restore(4);
}

/* Read-only here, writable there. */
static long pin_writable_elsewhere(void)
{
    long answer;

    make_table(ONE);
    set(OTHER, pagetable_entry(frame(ONE), ACCESS_WRITE));
    answer = pin_and_restore(1);
    restore(OTHER);
    return answer;
}

static long pin_twice(void)
{
    long answer;

    make_table(ONE);
    pin(1, frame(ONE));
    answer = pin(1, frame(ONE));
    unpin(frame(ONE));
    restore(ONE);
    return answer;
}

static long pin_as_other_level(void)
{
    long answer;

    make_table(ONE);
    pin(1, frame(ONE));
    answer = pin(2, frame(ONE));
    unpin(frame(ONE));
    restore(ONE);
    return answer;
}

static long pin_foreign(void)
{
    return pin(1, foreign());
}

static long pin_with(uint64_t entry, unsigned level)
{
    empty_table(ONE)[5] = entry;
    set(ONE, pagetable_entry(frame(ONE), ACCESS_READ));
    return pin_and_restore(level);
}

static long pin_with_page(void)
{
    return pin_with(pagetable_entry(frame(OTHER), ACCESS_WRITE), 1);
}

static long pin_with_foreign_frame(void)
{
    return pin_with(pagetable_entry(foreign(), ACCESS_WRITE), 1);
}

static long pin_with_writable_table(void)
{
    return pin_with(pagetable_entry(table_above(ONE, 1), ACCESS_WRITE), 1);
}

/* It is still typed by nothing when the entry is looked at. */
static long pin_with_itself_writable(void)
{
    return pin_with(pagetable_entry(frame(ONE), ACCESS_WRITE), 1);
}

static long pin_with_large_page(void)
{
    return pin_with(hook_entry(frame(OTHER)) | PTE_SIZE_BIT, 2);
}

static long pin_with_page_as_table(void)
{
    return pin_with(hook_entry(frame(OTHER)), 2);
}

static long unpin_not_pinned(void)
{
    return unpin(frame(ONE));
}

static long unpin_foreign(void)
{
    return unpin(foreign());
}

static long write_to_pinned(void)
{
    long answer;

    make_table(ONE);
    pin(1, frame(ONE));
    answer = set(ONE, pagetable_entry(frame(ONE), ACCESS_WRITE));
    unpin(frame(ONE));
    restore(ONE);
    return answer;
}

static long write_after_unpin(void)
{
    make_table(ONE);
    pin(1, frame(ONE));
    unpin(frame(ONE));
    return set(ONE, pagetable_entry(frame(ONE), ACCESS_WRITE));
}

static long hook_and_restore(void)
{
    long answer = hook(ONE);

    unhook(ONE);
    restore(ONE);
    return answer;
}

static long hook_writable(void)
{
    empty_table(ONE);
    return hook_and_restore();
}

static long hook_read_only(void)
{
    make_table(ONE);
    return hook_and_restore();
}

static long hook_wrong_level(void)
{
    long answer;

    make_table(ONE);
    pin(3, frame(ONE));
    answer = hook(ONE);
    unhook(ONE);
    unpin(frame(ONE));
    restore(ONE);
    return answer;
}

static long hook_foreign(void)
{
    return write_entry(table_above(ONE, 2), FREE_INDEX, hook_entry(foreign()));
}

static long hook_large_page(void)
{
    return write_entry(table_above(ONE, 2), FREE_INDEX, hook_entry(frame(ONE)) | PTE_SIZE_BIT);
}

/* A table that is hooked in keeps its type without a pin. */
static long write_to_hooked(void)
{
    long answer;

    make_table(ONE);
    hook(ONE);
    answer = set(ONE, pagetable_entry(frame(ONE), ACCESS_WRITE));
    unhook(ONE);
    restore(ONE);
    return answer;
}

static long unpin_hooked(void)
{
    long answer;

    make_table(ONE);
    pin(1, frame(ONE));
    hook(ONE);
    answer = unpin(frame(ONE));
    unhook(ONE);
    restore(ONE);
    return answer;
}

const struct rule table_rules[] = {
    {"pin_writable", pin_writable, -XEN_EINVAL},
    {"pin_read_only", pin_read_only, 0},
    {"pin_not_mapped", pin_not_mapped, 0},
    {"pin_level_4", pin_level_4, 0},
    {"pin_writable_elsewhere", pin_writable_elsewhere, -XEN_EINVAL},
    {"pin_twice", pin_twice, -XEN_EINVAL},
    {"pin_as_other_level", pin_as_other_level, -XEN_EINVAL},
    {"pin_foreign", pin_foreign, -XEN_EINVAL},
    {"pin_with_page", pin_with_page, 0},
    {"pin_with_foreign_frame", pin_with_foreign_frame, -XEN_EBUSY},
    {"pin_with_writable_table", pin_with_writable_table, -XEN_EBUSY},
    {"pin_with_itself_writable", pin_with_itself_writable, -XEN_EBUSY},
    {"pin_with_large_page", pin_with_large_page, -XEN_EINVAL},
    {"pin_with_page_as_table", pin_with_page_as_table, -XEN_EINVAL},
    {"unpin_not_pinned", unpin_not_pinned, -XEN_EINVAL},
    {"unpin_foreign", unpin_foreign, -XEN_EINVAL},
    {"write_to_pinned", write_to_pinned, -XEN_EBUSY},
    {"write_after_unpin", write_after_unpin, 0},
    {"hook_writable", hook_writable, -XEN_EINVAL},
    {"hook_read_only", hook_read_only, 0},
    {"hook_wrong_level", hook_wrong_level, -XEN_EINVAL},
    {"hook_foreign", hook_foreign, -XEN_EINVAL},
    {"hook_large_page", hook_large_page, -XEN_EINVAL},
    {"write_to_hooked", write_to_hooked, -XEN_EBUSY},
    {"unpin_hooked", unpin_hooked, 0},
    {0},
};
