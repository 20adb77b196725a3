/* What a crash means: see fault.h. Bits and vectors: Intel SDM volume 3, 4.7 and 6.3. */
#include "fault.h"

#include <inttypes.h>
#include <string.h>

#include "../../kernel/include/stardust/layout.h"

enum { PAGE = 4096, VECTOR_PAGE_FAULT = 14 };

enum { ERROR_PRESENT = 1, ERROR_WRITE = 2, ERROR_FETCH = 16 };

#define ENTRY_PRESENT  (UINT64_C(1) << 0)
#define ENTRY_WRITABLE (UINT64_C(1) << 1)
#define ENTRY_NO_CODE  (UINT64_C(1) << 63)

static const char *const exceptions[] = {
    [0] = "division by zero (#DE)",     [1] = "debug exception (#DB)",
    [3] = "breakpoint (#BP)",           [4] = "overflow (#OF)",
    [5] = "bound exceeded (#BR)",       [6] = "invalid instruction (#UD)",
    [7] = "FPU not available (#NM)",    [8] = "double fault (#DF)",
    [10] = "invalid TSS (#TS)",         [11] = "segment not present (#NP)",
    [12] = "stack segment fault (#SS)", [13] = "general protection fault (#GP)",
    [14] = "page fault (#PF)",          [16] = "x87 error (#MF)",
    [17] = "misaligned access (#AC)",   [18] = "machine check (#MC)",
    [19] = "SIMD error (#XM)",
};

const char *fault_name(const struct xendump *dump)
{
    size_t vector = (size_t)dump->vector;

    if (dump->vector == XENDUMP_NO_VECTOR) {
        return "";
    }
    return vector < sizeof exceptions / sizeof exceptions[0] && exceptions[vector] != NULL
               ? exceptions[vector]
               : "exception";
}

static uint64_t faulting_address(const struct xendump *dump)
{
    return dump->level_count > 0 ? dump->walked : dump->registers[CR2];
}

const struct image_symbol *fault_guard(const struct image *image, const struct xendump *dump,
                                       uint64_t *address)
{
    /* A push that fails leaves rsp above the page that it could not touch. */
    uint64_t touched[] = {faulting_address(dump), dump->true_rsp, dump->true_rsp - 8};
    bool page_fault = dump->level_count > 0 || dump->vector == VECTOR_PAGE_FAULT;

    for (size_t i = page_fault ? 0 : 1; i < sizeof touched / sizeof touched[0]; i++) {
        const struct image_symbol *guard = image_guard(image, touched[i]);

        if (guard != NULL) {
            *address = touched[i];
            return guard;
        }
    }
    return NULL;
}

bool fault_under_thread(const struct xendump *dump)
{
    /* When the frame of an exception fits on the stack, the kernel handles it itself. */
    return strstr(dump->cause, "domain_crash_page_fault") != NULL &&
           dump->true_rsp >= REGIONS_START && dump->true_rsp < REGIONS_END;
}

static void page_fault_headline(struct text *t, const struct xendump *dump)
{
    uint64_t address = faulting_address(dump);
    uint64_t error = dump->error;
    const char *act = error & ERROR_FETCH   ? "jump to"
                      : error & ERROR_WRITE ? "write to"
                                            : "read from";
    const char *state = !(error & ERROR_PRESENT) ? "where nothing is mapped"
                        : error & ERROR_FETCH    ? "which is data, not code"
                        : error & ERROR_WRITE    ? "which is read-only"
                                                 : "which Xen keeps to itself";

    if (address == 0 && dump->registers[RIP] == 0) {
        text_printf(t, "call of a NULL function pointer");
    } else if (address < PAGE) {
        text_printf(t, "NULL pointer: %s 0x%" PRIx64, act, address);
    } else {
        text_printf(t, "%s 0x%" PRIx64 ", %s", act, address, state);
    }
}

void fault_headline(struct text *t, const struct image *image, const struct xendump *dump)
{
    uint64_t address;

    if (fault_guard(image, dump, &address) != NULL || fault_under_thread(dump)) {
        text_printf(t, "stack overflow");
    } else if (dump->vector == VECTOR_PAGE_FAULT) {
        page_fault_headline(t, dump);
    } else if (dump->vector != XENDUMP_NO_VECTOR) {
        text_printf(t, "%s", fault_name(dump));
    } else if (dump->complaint[0] != '\0') {
        text_printf(t, "Xen refused to go on: %s", dump->complaint);
    } else {
        text_printf(t, "Xen refused to go on");
    }
}

void fault_unhandled(struct text *t, const struct xendump *dump)
{
    if (strstr(dump->cause, "domain_crash_page_fault") != NULL) {
        text_printf(t, "Xen could not write the exception's frame to the stack at rsp 0x%" PRIx64,
                    dump->registers[RSP]);
    } else if (strstr(dump->cause, "create_bounce_frame") != NULL &&
               dump->vector != XENDUMP_NO_VECTOR) {
        text_printf(t,
                    "the guest has no handler for vector %d: its trap table is not set yet, or has "
                    "no such entry",
                    dump->vector);
    } else if (dump->cause[0] != '\0') {
        text_printf(t, "%s", dump->cause);
    }
}

static void print_last_level(struct text *t, const struct xendump_level *level)
{
    uint64_t entry = level->entry;

    if (entry == 0) {
        text_printf(t, " is empty: nothing is mapped there");
    } else if (!(entry & ENTRY_PRESENT)) {
        text_printf(t, " = 0x%" PRIx64 " is not present", entry);
    } else {
        text_printf(t, " = 0x%" PRIx64 " is present, %s, %s", entry,
                    entry & ENTRY_WRITABLE ? "writable" : "read-only",
                    entry & ENTRY_NO_CODE ? "not executable" : "executable");
    }
}

void fault_walk(struct text *t, const struct xendump *dump)
{
    for (unsigned i = 0; i < dump->level_count; i++) {
        const struct xendump_level *level = &dump->levels[i];

        text_printf(t, "%sL%u[0x%x]", i > 0 ? " → " : "", level->level, level->index);
        if (i + 1 == dump->level_count) {
            print_last_level(t, level);
        } else if (!(level->entry & ENTRY_WRITABLE)) {
            text_printf(t, " (read-only)");
        }
    }
}
