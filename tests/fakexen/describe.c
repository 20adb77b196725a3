/* Addresses in words: see describe.h. */
#include "describe.h"

#include <stdio.h>

#include <stardust/layout.h>

#include "fakexen.h"

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
        return pfn < FAKEXEN_PAGE_TABLES ? "image" : "pages behind the image";
    }
}

const char *describe_address(uintptr_t address)
{
    static char description[128];
    uintptr_t memory = (uintptr_t)fakexen.memory;
    pfn_t pfn = (address - memory) / PAGE_SIZE;
    size_t room = sizeof description;

    if (address < PAGE_SIZE) {
        snprintf(description, room, "address 0x%lx, near NULL", address);
    } else if (memory != 0 && address >= memory && pfn < fakexen.options.pages) {
        snprintf(description, room, "address 0x%lx, byte %lu of the %s", address,
                 address % PAGE_SIZE, page_name(pfn));
    } else {
        snprintf(description, room, "address 0x%lx", address);
    }
    return description;
}
