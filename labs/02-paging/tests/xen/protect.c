/* Exercise 2.7 on the real hypervisor: Xen itself is asked to write. See parts.h. */
#include "parts.h"

#include <stardust/frames.h>
#include <stardust/hypercall.h>
#include <stardust/pagetable.h>
#include <stardust/print.h>

#include <tests/ktap/guest.h>
#include <tests/ktap/memory.h>

static char did[160];

bool xen_can_write(uint64_t address)
{
    return hypercall_xen_version(XENVER_extraversion, (void *)address) == 0;
}

static uint64_t writable_pages(uint64_t base)
{
    uint64_t writable = 0;

    for (unsigned i = 0; i < MEMORY_PROTECTED; i++) {
        writable |= (uint64_t)xen_can_write(base + i * (uint64_t)PAGE_SIZE) << i;
    }
    return writable;
}

static int protect_all(uint64_t seed, uint64_t base)
{
    static const enum access accesses[] = {ACCESS_READ, ACCESS_WRITE, ACCESS_EXECUTE};
    int error = 0;

    for (unsigned i = 0; i < MEMORY_PROTECTIONS && error == 0; i++) {
        struct memory_protection p = memory_protection(seed, i);

        error =
            pagetable_protect(base + p.first * (uint64_t)PAGE_SIZE, p.count, accesses[p.access]);
    }
    return error;
}

void test_protect(uint64_t seed)
{
    uint64_t base = MEMORY_WINDOW + ((uint64_t)1 << 30) - 20 * PAGE_SIZE;
    pfn_t pfns[MEMORY_PROTECTED];
    int error;

    for (unsigned i = 0; i < MEMORY_PROTECTED; i++) {
        pfns[i] = frames_alloc(0);
    }
    error = pagetable_map(base, pfns, MEMORY_PROTECTED, ACCESS_WRITE);
    error = error == 0 ? protect_all(seed, base) : error;
    guest_report_value("writable_pages", writable_pages(base));
    pagetable_unmap(base, MEMORY_PROTECTED);
    format_text(did, sizeof did, "returned %d", error);
    guest_report_test("paging.protect", error == 0,
                      &(struct guest_failure){
                          .rule = "the access of mapped pages can be changed",
                          .did = did,
                          .expected = "0",
                          .usually = "the unit tests of 2.7 say more",
                      });
}
