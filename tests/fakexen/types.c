/* What frames are used as: see types.h. Document: the public header xen/xen.h, HYPERVISOR_mmu_update. */
#include "types.h"

#include <stardust/memory.h>

#include "complaint.h"
#include "tables.h"
#include "tlb.h"

#include <xen/errno.h>

#define PTE_LARGE ((uint64_t)1 << 7)

static bool is_xens(unsigned level, size_t index)
{
    return level == TOP_LEVEL && index - SLOT_OF_XEN < SLOTS_OF_XEN;
}

static void put_entries(mfn_t table, unsigned level, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (!is_xens(level, i)) {
            entry_put(level, table_entry(table, i));
        }
    }
}

/* Xen looks at every entry of a page that becomes a table, and sets the bit that lets a guest's kernel use the mapping. */
static long get_entries(mfn_t table, unsigned level)
{
    uint64_t *entries = machine_page(table);

    for (size_t i = 0; i < ENTRIES_PER_TABLE; i++) {
        long error = is_xens(level, i) ? 0 : entry_get(level, entries[i]);

        if (error != 0) {
            put_entries(table, level, i);
            return error;
        }
        entries[i] |= (entries[i] & PTE_PRESENT) != 0 ? PTE_USER : 0;
    }
    return 0;
}

static long become(mfn_t mfn, enum frame_type type)
{
    struct machine_frame *frame = &machine_frames[mfn];
    long error;

    frame->type = (uint8_t)type;
    frame->uses = 1;
    tlb_flush_frame(mfn);
    error = type_level(mfn) > 0 ? get_entries(mfn, type) : 0;
    if (error != 0) {
        frame->type = TYPE_NONE;
        frame->uses = 0;
    }
    return error;
}

long type_get(mfn_t mfn, enum frame_type type)
{
    struct machine_frame *frame = &machine_frames[mfn];

    if (frame->uses == 0) {
        return become(mfn, type);
    }
    if (frame->type != type) {
        complain_type(mfn, type);
        return -XEN_EINVAL;
    }
    frame->uses++;
    return 0;
}

void type_put(mfn_t mfn)
{
    struct machine_frame *frame = &machine_frames[mfn];

    frame->uses--;
    if (frame->uses == 0) {
        unsigned level = type_level(mfn);

        frame->type = TYPE_NONE;
        put_entries(mfn, level, level > 0 ? ENTRIES_PER_TABLE : 0);
    }
}

/* A page that an entry of the last level maps, whoever it belongs to. */
static long any_page_get(uint64_t entry)
{
    mfn_t mfn = entry_frame(entry);

    if ((entry & PTE_WRITABLE) != 0 && type_get(mfn, TYPE_WRITABLE) != 0) {
        return -XEN_EBUSY;
    }
    if ((entry & PTE_WRITABLE) != 0 && (entry & PTE_NO_EXECUTE) == 0) {
        complain_write_execute(entry);
    }
    machine_frames[mfn].references++;
    return 0;
}

static long page_get(uint64_t entry)
{
    mfn_t mfn = entry_frame(entry);

    if (!machine_frame_is_ours(mfn)) {
        complain_foreign(1, entry);
        return mfn < FAKEXEN_FRAMES ? -XEN_EBUSY : -XEN_EPERM;
    }
    return any_page_get(entry);
}

long entry_get_granted(uint64_t entry)
{
    return (entry & PTE_PRESENT) != 0 ? any_page_get(entry) : 0;
}

static long table_get(unsigned level, uint64_t entry)
{
    if ((entry & PTE_LARGE) != 0) {
        complain_large(level, entry);
        return -XEN_EINVAL;
    }
    if (!machine_frame_is_ours(entry_frame(entry))) {
        complain_foreign(level, entry);
        return -XEN_EINVAL;
    }
    return type_get(entry_frame(entry), level - 1);
}

long entry_get(unsigned level, uint64_t entry)
{
    if ((entry & PTE_PRESENT) != 0) {
        return level == 1 ? page_get(entry) : table_get(level, entry);
    }
    if ((entry & PTE_FRAME_MASK) != 0) {
        complain_leftover(entry);
    }
    return 0;
}

void entry_put(unsigned level, uint64_t entry)
{
    if ((entry & PTE_PRESENT) == 0) {
        return;
    }
    if (level > 1) {
        type_put(entry_frame(entry));
        return;
    }
    machine_frames[entry_frame(entry)].references--;
    if ((entry & PTE_WRITABLE) != 0) {
        type_put(entry_frame(entry));
    }
}
