/* The rules about mappings: which entries of last-level tables Xen takes. See rules.h. */
#include "pages.h"

#include <xen/errno.h>

static long map_and_restore(uint64_t entry)
{
    long answer = set(ONE, entry);

    restore(ONE);
    return answer;
}

static long map_own_page_twice(void)
{
    return map_and_restore(pagetable_entry(frame(OTHER), ACCESS_WRITE));
}

static long map_writable_and_executable(void)
{
    return map_and_restore(pagetable_entry(frame(OTHER), ACCESS_WRITE) & ~PTE_NO_EXECUTE);
}

/* Xen writes for us only where we could. */
static long answer_to_read_only_page(void)
{
    long answer;

    set(ONE, pagetable_entry(frame(ONE), ACCESS_READ));
    answer = hypercall_xen_version(XENVER_extraversion, rules_page(ONE));
    restore(ONE);
    return answer;
}

static long answer_to_page_not_mapped(void)
{
    long answer;

    set(ONE, 0);
    answer = hypercall_xen_version(XENVER_extraversion, rules_page(ONE));
    restore(ONE);
    return answer;
}

static long map_nothing(void)
{
    return map_and_restore(0);
}

static long map_table_writable(void)
{
    return map_and_restore(pagetable_entry(table_above(ONE, 1), ACCESS_WRITE));
}

static long map_top_table_writable(void)
{
    return map_and_restore(pagetable_entry(table_above(ONE, 4), ACCESS_WRITE));
}

static long map_table_read_only(void)
{
    return map_and_restore(pagetable_entry(table_above(ONE, 1), ACCESS_READ));
}

static long map_foreign_frame(void)
{
    return map_and_restore(pagetable_entry(foreign(), ACCESS_WRITE));
}

static long map_foreign_frame_read_only(void)
{
    return map_and_restore(pagetable_entry(foreign(), ACCESS_READ));
}

static long map_without_flush(void)
{
    long answer =
        hypercall_update_va_mapping(address(ONE), pagetable_entry(frame(ONE), ACCESS_READ), 0);

    restore(ONE);
    return answer;
}

static long map_by_entry(void)
{
    unsigned index = address(ONE) >> PAGE_SHIFT & 511;

    return write_entry(table_above(ONE, 1), index, pagetable_entry(frame(ONE), ACCESS_WRITE));
}

static long map_foreign_frame_by_entry(void)
{
    unsigned index = address(ONE) >> PAGE_SHIFT & 511;

    return write_entry(table_above(ONE, 1), index, pagetable_entry(foreign(), ACCESS_READ));
}

static long entry_of_xens_slot(void)
{
    return write_entry(table_above(ONE, 4), 256, 0);
}

/* A page that is no table is written like memory. */
static long entry_of_no_table(void)
{
    return write_entry(frame(ONE), 3, 0x1234567812345678);
}

/* Such a write is none that somebody without a writable mapping could not do. */
static long entry_of_read_only_page(void)
{
    long answer;

    make_table(ONE);
    answer = write_entry(frame(ONE), 3, 1);
    restore(ONE);
    return answer;
}

static long entry_of_foreign(void)
{
    return write_entry(foreign(), 0, 0);
}

static long entry_from_nowhere(void)
{
    unsigned done;

    return hypercall_mmu_update(NOT_MAPPED, 1, &done);
}

const struct rule mapping_rules[] = {
    {"map_own_page_twice", map_own_page_twice, 0},
    {"map_writable_and_executable", map_writable_and_executable, 0},
    {"answer_to_read_only_page", answer_to_read_only_page, -XEN_EFAULT},
    {"answer_to_page_not_mapped", answer_to_page_not_mapped, -XEN_EFAULT},
    {"map_nothing", map_nothing, 0},
    {"map_table_writable", map_table_writable, -XEN_EBUSY},
    {"map_top_table_writable", map_top_table_writable, -XEN_EBUSY},
    {"map_table_read_only", map_table_read_only, 0},
    {"map_foreign_frame", map_foreign_frame, -XEN_EBUSY},
    {"map_foreign_frame_read_only", map_foreign_frame_read_only, -XEN_EBUSY},
    {"map_without_flush", map_without_flush, 0},
    {"map_by_entry", map_by_entry, 0},
    {"map_foreign_frame_by_entry", map_foreign_frame_by_entry, -XEN_EBUSY},
    {"entry_of_xens_slot", entry_of_xens_slot, -XEN_EINVAL},
    {"entry_of_no_table", entry_of_no_table, 0},
    {"entry_of_read_only_page", entry_of_read_only_page, 0},
    {"entry_of_foreign", entry_of_foreign, -XEN_EINVAL},
    {"entry_from_nowhere", entry_from_nowhere, -XEN_EFAULT},
    {0},
};
