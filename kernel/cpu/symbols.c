/* Looking up the image's function names and holes: see stardust/symbols.h and stardust/lab.h. */
#include <stardust/symbols.h>

#include <stardust/image.h>
#include <stardust/lab.h>

/* The build writes this table, sorted by address: kernel/cpu/symbols.awk. */
struct symbol_entry {
    uint32_t address;
    uint32_t name; /* offset in symbol_names */
};

extern const struct symbol_entry symbol_table[];
extern const uint32_t symbol_count;
extern const char symbol_names[];

extern const struct lab_todo lab_todo_start[], lab_todo_end[];

struct symbol symbol_find(uint64_t address)
{
    size_t low = 0, high = symbol_count;

    if (address < (uintptr_t)text_start || address >= (uintptr_t)text_end) {
        return (struct symbol){NULL, 0};
    }
    /* The last entry at or below `address` is in [low - 1, high). */
    while (low < high) {
        size_t middle = (low + high) / 2;

        if (symbol_table[middle].address <= address) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    if (low == 0) {
        return (struct symbol){NULL, 0};
    }
    return (struct symbol){symbol_names + symbol_table[low - 1].name,
                           address - symbol_table[low - 1].address};
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
