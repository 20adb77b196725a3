/* Looking up the image's function names and holes: see stardust/symbols.h and stardust/lab.h. */
#include <stardust/symbols.h>

#include <stardust/image.h>
#include <stardust/lab.h>

/*
 * The build writes this table, sorted by address: kernel/cpu/symbols.awk. For each function the bytes from the beginning of
 * the one before, in two bytes, and its name; the first begins that far from text_start.
 */
extern const char symbol_table[], symbol_table_end[];

extern const struct lab_todo lab_todo_start[], lab_todo_end[];

static const char *end_of(const char *text)
{
    while (*text != '\0') {
        text++;
    }
    return text;
}

struct symbol symbol_find(uint64_t address)
{
    struct symbol found = {NULL, 0};
    uint64_t start = (uintptr_t)text_start;

    if (address < start || address >= (uintptr_t)text_end) {
        return found;
    }
    for (const char *entry = symbol_table; entry < symbol_table_end;) {
        const char *name = entry + sizeof(uint16_t);

        start += (uint8_t)entry[0] | (uint8_t)entry[1] << 8;
        if (start > address) {
            break;
        }
        found = (struct symbol){name, address - start};
        entry = end_of(name) + 1;
    }
    return found;
}

const struct lab_todo *lab_todo_find(uintptr_t address)
{
    for (const struct lab_todo *hole = lab_todo_start; hole < lab_todo_end; hole++) {
        if (hole->address == address) {
            return hole;
        }
    }
    return NULL;
}
