/* update_va_mapping and mmu_update: changing the guest's page tables. */
#include "operations.h"

#include "complaint.h"
#include "guest.h"
#include "mapping.h"
#include "tables.h"
#include "tlb.h"
#include "types.h"

#include <stardust/memory.h>

#include <xen/errno.h>

struct change {
    unsigned level;
    size_t index;
    uint64_t before, now;
};

static void leaf_gone(uint64_t va, uint64_t entry, void *data)
{
    (void)data;
    tlb_changed(va, entry, 0);
}

static void leaf_new(uint64_t va, uint64_t entry, void *data)
{
    (void)data;
    tlb_changed(va, 0, entry);
}

static uint64_t leaf(uint64_t rights, uint64_t entry)
{
    uint64_t left = table_rights(rights, entry);

    return left != 0 ? (entry & PTE_FRAME_MASK) | left : 0;
}

/* The changed table is at `va`. */
static void changed_at(uint64_t va, uint64_t rights, void *data)
{
    const struct change *change = data;
    uint64_t before = table_rights(rights, change->before);
    uint64_t now = table_rights(rights, change->now);

    va += (uint64_t)change->index << (PAGE_SHIFT + 9 * (change->level - 1));
    if (change->level == 1) {
        tlb_changed(va, leaf(rights, change->before), leaf(rights, change->now));
        return;
    }
    if (before != 0) {
        table_each_leaf(entry_frame(change->before), change->level - 1, va, before, leaf_gone,
                        NULL);
    }
    if (now != 0) {
        table_each_leaf(entry_frame(change->now), change->level - 1, va, now, leaf_new, NULL);
    }
}

/* Write an entry of a table, whose frame is the guest's; what the entry leads to is in use already. */
static void replace_entry(mfn_t table, unsigned level, size_t index, uint64_t entry)
{
    uint64_t *place = (uint64_t *)machine_page(table) + index;
    struct change change = {.level = level, .index = index, .before = *place};

    change.now = entry | ((entry & PTE_PRESENT) != 0 ? PTE_USER : 0);
    *place = change.now;
    table_each_place(table, level, changed_at, &change);
    entry_put(level, change.before);
}

static long write_entry(mfn_t table, unsigned level, size_t index, uint64_t entry)
{
    long error = entry_get(level, entry);

    if (error == 0) {
        replace_entry(table, level, index, entry);
    }
    return error;
}

long mapping_of_grant(uint64_t va, uint64_t entry)
{
    struct table_walk walk = table_walk(va);

    complaint_request = (struct request){.kind = REQUEST_SET, .va = va, .entry = entry, .level = 1};
    if (!guest_canonical(va) || walk.level > 1) {
        complain_no_table();
        return -XEN_EINVAL;
    }
    if (entry_get_granted(entry) != 0) {
        return -XEN_EINVAL;
    }
    replace_entry(walk.tables[1], 1, table_index(va, 1), entry);
    tlb_flush_page(EVERY_VCPU, va);
    return 0;
}

/* Which vCPUs a request means: all of them, those of a mask that the guest points to, or the one that asks. */
static uint64_t vcpus_of(uint64_t flags)
{
    uint64_t pointer = flags & ~(uint64_t)(UVMF_FLUSHTYPE_MASK | UVMF_ALL);
    uint64_t mask = 1;

    if ((flags & UVMF_ALL) != 0) {
        return EVERY_VCPU;
    }
    if (pointer != 0 && guest_read(&mask, pointer, sizeof mask) != 0) {
        return 0;
    }
    return mask;
}

static void flush(uint64_t va, uint64_t flags)
{
    if ((flags & UVMF_FLUSHTYPE_MASK) == UVMF_INVLPG) {
        tlb_flush_page(vcpus_of(flags), va);
    } else if ((flags & UVMF_FLUSHTYPE_MASK) == UVMF_TLB_FLUSH) {
        tlb_flush(vcpus_of(flags));
    }
}

static bool is_guests(uint64_t va)
{
    return guest_canonical(va) && (va < HYPERVISOR_VIRT_START || va >= HYPERVISOR_VIRT_END);
}

long fakexen_update_va_mapping(const uint64_t arguments[5])
{
    uint64_t va = arguments[0];
    struct table_walk walk = table_walk(va);
    long error;

    complaint_request =
        (struct request){.kind = REQUEST_SET, .va = va, .entry = arguments[1], .level = 1};
    if (!is_guests(va) || walk.level > 1) {
        complain_no_table();
        return -XEN_EINVAL;
    }
    error = write_entry(walk.tables[1], 1, table_index(va, 1), arguments[1]);
    flush(va, arguments[2]);
    return error;
}

/* A frame that is no table is written like memory, if the guest could write to it. */
static long write_memory(const struct request *request)
{
    uint64_t *place = (uint64_t *)machine_page(request->frame) + request->index;
    long error = type_get(request->frame, TYPE_WRITABLE);

    complain_not_a_table(true);
    if (error == 0) {
        *place = request->entry;
        type_put(request->frame);
    }
    return error;
}

static long update(const struct mmu_update *update)
{
    struct request request = {
        .kind = REQUEST_WRITE,
        .frame = update->ptr >> PAGE_SHIFT,
        .index = update->ptr % PAGE_SIZE / sizeof(uint64_t),
        .entry = update->val,
    };

    complaint_request = request;
    if ((update->ptr & 3) != MMU_NORMAL_PT_UPDATE) {
        return -XEN_ENOSYS;
    }
    if (!machine_frame_is_ours(request.frame)) {
        complain_not_a_table(false);
        return -XEN_EINVAL;
    }
    complaint_request.level = type_level(request.frame);
    if (complaint_request.level == 0) {
        return write_memory(&request);
    }
    if (complaint_request.level == TOP_LEVEL && request.index - SLOT_OF_XEN < SLOTS_OF_XEN) {
        complain_no_table();
        return -XEN_EINVAL;
    }
    return write_entry(request.frame, complaint_request.level, request.index, request.entry);
}

long fakexen_mmu_update(const uint64_t arguments[5])
{
    uint32_t count = (uint32_t)arguments[1], done = 0;
    long error = (uint32_t)arguments[3] == DOMID_SELF ? 0 : -XEN_ESRCH;

    while (error == 0 && done < count) {
        struct mmu_update one;

        error = guest_read(&one, arguments[0] + done * sizeof one, sizeof one);
        error = error == 0 ? update(&one) : error;
        done += error == 0;
    }
    if (arguments[2] != 0) {
        guest_write(arguments[2], &done, sizeof done);
    }
    return error;
}
