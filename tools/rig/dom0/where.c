/* Where a guest is: see where.h. */
#include "where.h"

#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/mman.h>

#define XC_WANT_COMPAT_MAP_FOREIGN_API
#include <xenctrl.h>

#include "port.h"

enum { WORDS_A_LINE = 16, PAGE = XC_PAGE_SIZE, MOST_GAP = 4, MOST_VCPUS = 32 };

/* The word at `address` of the guest. Returns false where nothing is mapped. */
static bool read_word(xc_interface *xen, uint32_t id, int vcpu, uint64_t address, uint64_t *word)
{
    static uint64_t mapped = UINT64_MAX;
    static void *page;

    if (address / PAGE != mapped) {
        unsigned long frame = xc_translate_foreign_address(xen, id, vcpu, address);

        if (page != NULL) {
            munmap(page, PAGE);
        }
        page = frame != 0 ? xc_map_foreign_range(xen, id, PAGE, PROT_READ, frame) : NULL;
        mapped = address / PAGE;
    }
    if (page == NULL) {
        return false;
    }
    *word = ((const uint64_t *)page)[address % PAGE / sizeof *word];
    return true;
}

/* After an overflow rsp lies in the guard page, and the innermost frame above it. */
static uint64_t first_mapped(xc_interface *xen, uint32_t id, int vcpu, uint64_t address)
{
    uint64_t word;

    for (int page = 0; page < MOST_GAP && !read_word(xen, id, vcpu, address, &word); page++) {
        address = (address / PAGE + 1) * PAGE;
    }
    return address;
}

/* The stack from rsp on, as far as it is mapped. */
static void tell_stack(xc_interface *xen, uint32_t id, int vcpu, uint64_t rsp, unsigned words)
{
    uint64_t address = first_mapped(xen, id, vcpu, rsp);
    char line[WORDS_A_LINE * 17 + 32];
    uint64_t word;
    int length = 0;

    for (unsigned i = 0; i < words && read_word(xen, id, vcpu, address, &word);
         i++, address += sizeof word) {
        if (length == 0) {
            length = snprintf(line, sizeof line, "%" PRIx64, address);
        }
        length += snprintf(line + length, sizeof line - (size_t)length, " %" PRIx64, word);
        if (i % WORDS_A_LINE == WORDS_A_LINE - 1) {
            port_say("stack %s", line);
            length = 0;
        }
    }
    if (length > 0) {
        port_say("stack %s", line);
    }
}

static void tell_vcpu(xc_interface *xen, uint32_t id, int vcpu, unsigned words)
{
    vcpu_guest_context_any_t context;
    xc_vcpuinfo_t state;

    if (xc_vcpu_getinfo(xen, id, (uint32_t)vcpu, &state) != 0 || !state.online ||
        xc_vcpu_getcontext(xen, id, (uint32_t)vcpu, &context) != 0) {
        return;
    }

    const struct cpu_user_regs *registers = &context.c.user_regs;

    port_say("vcpu %d %s %" PRIx64 " %" PRIx64 " %" PRIx64, vcpu,
             state.blocked ? "waiting" : "running", registers->rip, registers->rsp, registers->rbp);
    tell_stack(xen, id, vcpu, registers->rsp & ~7UL, words);
}

static void where_tell(int id, unsigned words)
{
    xc_interface *xen = xc_interface_open(NULL, NULL, 0);

    if (xen != NULL && xc_domain_pause(xen, (uint32_t)id) == 0) {
        for (int vcpu = 0; vcpu < MOST_VCPUS; vcpu++) {
            tell_vcpu(xen, (uint32_t)id, vcpu, words);
        }
    }
    port_say("there");
}

void where_answer(int id, const char *line)
{
    unsigned words;

    if (sscanf(line, "where %u", &words) != 1) {
        port_fault("not a question: %s", line);
    }
    where_tell(id, words);
}
