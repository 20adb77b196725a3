/* Addresses and frames in words: see describe.h. */
#include "describe.h"

#include <stdio.h>
#include <string.h>

#include <stardust/memory.h>

#include "fakexen.h"
#include "runner/test.h"
#include "tables.h"
#include "types.h"

static const char *page_name(pfn_t pfn)
{
    switch (pfn) {
    case FAKEXEN_PAGE_START_INFO:
        return "start_info page";
    case FAKEXEN_PAGE_STORE:
        return "xenstore ring's page";
    case FAKEXEN_PAGE_CONSOLE:
        return "console ring's page";
    default:
        return pfn < FAKEXEN_PAGE_P2M          ? "image"
               : pfn < FAKEXEN_PAGE_START_INFO ? "list of machine frames"
               : pfn >= FAKEXEN_PAGE_STACK     ? "pages behind the image"
                                               : "domain builder's page tables";
    }
}

const char *describe_address(uintptr_t address)
{
    uintptr_t memory = (uintptr_t)fakexen.memory;
    pfn_t pfn = (address - memory) / PAGE_SIZE;

    if (address < PAGE_SIZE) {
        return text("address 0x%lx, near NULL", address);
    }
    if (memory == 0) {
        return text("address 0x%lx", address);
    }
    if (address >= memory && pfn < FAKEXEN_PAGE_FREE && pfn < fakexen.options.pages) {
        return text("address 0x%lx, byte %lu of the %s", address, address % PAGE_SIZE,
                    page_name(pfn));
    }
    return text("address 0x%lx (%s)", address, describe_walk(address));
}

const char *describe_frame(mfn_t mfn)
{
    const struct machine_frame *frame = &machine_frames[mfn];
    const char *pin;

    if (!machine_frame_is_ours(mfn)) {
        return text("frame 0x%lx, which is not this guest's", mfn);
    }
    pin = frame->pinned ? "a pinned" : "an";
    if (type_level(mfn) > 0) {
        return text("frame 0x%lx (pfn 0x%lx), %s L%u table", mfn, fakexen_m2p[mfn], pin,
                    type_level(mfn));
    }
    return text("frame 0x%lx (pfn 0x%lx)", mfn, fakexen_m2p[mfn]);
}

static const char *access_words(uint64_t entry, uint64_t rights)
{
    if ((entry & PTE_PRESENT) == 0) {
        return entry == 0 ? "not present" : text("not present (0x%lx)", entry);
    }
    return text("frame 0x%lx r%c%c", entry_frame(entry), (rights & PTE_WRITABLE) != 0 ? 'w' : '-',
                (rights & PTE_NO_EXECUTE) == 0 ? 'x' : '-');
}

const char *describe_walk(uint64_t address)
{
    struct table_walk walk = table_walk(address);
    char line[256] = "";

    for (unsigned level = TOP_LEVEL; level > walk.level; level--) {
        snprintf(line + strlen(line), sizeof line - strlen(line), "L%u[%zu] frame 0x%lx -> ", level,
                 table_index(address, level), entry_frame(walk.entries[level]));
    }
    return text("%sL%u[%zu] %s", line, walk.level, table_index(address, walk.level),
                access_words(walk.entries[walk.level], walk.rights));
}

void fakexen_print_walk(uint64_t address)
{
    fprintf(stderr, "0x%lx: %s\n", address, describe_walk(address));
}

bool describe_is_mapped(uintptr_t address)
{
    return fakexen.memory != NULL && table_walk(address).rights != 0;
}

bool describe_is_table(uintptr_t address)
{
    mfn_t mfn = describe_is_mapped(address) ? entry_frame(table_walk(address).entries[1]) : 0;

    return machine_frame_is_ours(mfn) && type_level(mfn) > 0;
}
