/* The page-table walk of a report, in words. */
#include <stardust/report.h>

#include <stardust/image.h>
#include <stardust/memory.h>
#include <stardust/print.h>

static void print_entry(unsigned level, mfn_t table, uint64_t address, uint64_t entry)
{
    unsigned index = address >> (PAGE_SHIFT + 9 * (level - 1)) & 511;

    print("    L%u frame 0x%lx [%3u] = %016lx  %s", level, table, index, entry,
          entry & PTE_PRESENT ? "present" : "not present");
    if (entry & PTE_PRESENT) {
        print(", %s, %s", entry & PTE_WRITABLE ? "writable" : "read-only",
              entry & PTE_NO_EXECUTE ? "no code" : "code");
    }
    print("\n");
}

static bool between(uint64_t address, const char *start, const char *end)
{
    return address >= (uintptr_t)start && address < (uintptr_t)end;
}

/* What the image has at `address`; NULL when it is outside of it. */
static const char *part_of_image(uint64_t address)
{
    if (between(address, text_start, text_end)) {
        return "the image's text, which cannot be written";
    }
    if (between(address, rodata_start, rodata_end)) {
        return "the image's read-only data";
    }
    if (between(address, guard_boot_stack, boot_stack)) {
        return "the guard page under the boot stack: the stack has overflowed";
    }
    if (between(address, boot_stack, boot_stack_end)) {
        return "the boot stack, which cannot run as code";
    }
    if (between(address, rodata_end, image_end)) {
        return "the image's data, which cannot run as code";
    }
    return NULL;
}

static address_describer *describe_address;

void report_set_describer(address_describer *describer)
{
    describe_address = describer;
}

static void print_part(uint64_t address)
{
    const char *part = part_of_image(address);
    char text[128];

    if (part != NULL) {
        print("    this is %s\n", part);
    } else if (describe_address != NULL && describe_address(address, text, sizeof text)) {
        print("    this is %s\n", text);
    }
}

void report_walk(uint64_t address)
{
    struct walk walk = memory_walk(address);

    print("  page-table walk of 0x%lx\n", address);
    for (unsigned level = 4; level >= walk.level; level--) {
        print_entry(level, walk.tables[level], address, walk.entries[level]);
    }
    if (walk.lost) {
        print("    the next table is not mapped, so the walk ends here\n");
    }
    print_part(address);
}
