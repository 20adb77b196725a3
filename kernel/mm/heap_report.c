/* What the debug build's heap finds, in words: see kernel/mm/heap_debug.h. */
#include <kernel/mm/heap_debug.h>

#include <stardust/panic.h>
#include <stardust/print.h>
#include <stardust/symbols.h>

/* A report has two of these and a line besides, and a panic's text ends after 256 bytes. */
#define CALLERS_TEXT 64

/* No frame on a stack is as large as this. */
#define FRAME_SIZE_MAX 0x10000

void debug_callers(uintptr_t callers[DEBUG_CALLERS], const void *frame)
{
    for (unsigned i = 0; i < DEBUG_CALLERS; i++) {
        const uintptr_t *words = frame;

        callers[i] = words != NULL ? words[1] : 0;
        if (words != NULL && (words[0] <= (uintptr_t)words || words[0] % sizeof(uintptr_t) != 0 ||
                              words[0] - (uintptr_t)words > FRAME_SIZE_MAX)) {
            frame = NULL;
        } else if (words != NULL) {
            frame = (const void *)words[0];
        }
    }
}

/* "malloc+0x9 < main+0x34": each by where the call is, as a return address may be in the next function already. */
static void name_callers(char text[CALLERS_TEXT], const uintptr_t callers[DEBUG_CALLERS])
{
    size_t length = 0;

    text[0] = '\0';
    for (unsigned i = 0; i < DEBUG_CALLERS && callers[i] != 0 && length < CALLERS_TEXT; i++) {
        struct symbol symbol = symbol_find(callers[i] - 1);

        length += format_text(text + length, CALLERS_TEXT - length, "%s%s+0x%lx",
                              i == 0 ? "" : " < ", symbol.name != NULL ? symbol.name : "?",
                              symbol.name != NULL ? symbol.offset + 1 : callers[i]);
    }
}

static _Noreturn void report(const struct debug_block *block, const char *what)
{
    char allocated[CALLERS_TEXT], freed[CALLERS_TEXT];

    name_callers(allocated, block->allocated_by);
    name_callers(freed, block->freed_by);
    if (debug_is(block, DEBUG_FREED)) {
        panic("heap: %s\n  allocated by %s\n  freed by %s", what, allocated, freed);
    }
    panic("heap: %s\n  allocated by %s", what, allocated);
}

/* The first of `count` bytes that is not `expected`; `count`: none. */
static size_t first_other(const uint8_t *bytes, size_t count, uint8_t expected)
{
    size_t i = 0;

    while (i < count && bytes[i] == expected) {
        i++;
    }
    return i;
}

/* Where byte number `at` of a block is, for somebody who thinks of it as an array. */
static void name_place(char *text, size_t length, ptrdiff_t at, size_t size)
{
    if (at < 0) {
        format_text(text, length, "byte %lu before its beginning", (unsigned long)-at);
    } else if ((size_t)at >= size) {
        format_text(text, length, "byte %zu after its end", (size_t)at - size + 1);
    } else {
        format_text(text, length, "its byte %lu", (unsigned long)at);
    }
}

static void check_zone(const struct debug_block *block, const uint8_t *zone, size_t size,
                       uint8_t expected)
{
    size_t found = first_other(zone, size, expected);
    char place[40], what[120];

    if (found == size) {
        return;
    }
    name_place(place, sizeof place, zone + found - block->bytes, block->size);
    format_text(what, sizeof what, "%sblock 0x%lx of %zu bytes: 0x%02x was written to %s",
                debug_is(block, DEBUG_FREED) ? "freed " : "", (uintptr_t)block->bytes, block->size,
                zone[found], place);
    report(block, what);
}

void debug_check(const struct debug_block *block)
{
    if (!debug_is(block, DEBUG_IN_USE) && !debug_is(block, DEBUG_FREED)) {
        panic("heap: the record before block 0x%lx was overwritten, by somebody below it",
              (uintptr_t)block->bytes);
    }
    check_zone(block, block->red_zone, DEBUG_RED_ZONE, DEBUG_RED_BYTE);
    check_zone(block, block->bytes + block->size, DEBUG_RED_ZONE, DEBUG_RED_BYTE);
    if (debug_is(block, DEBUG_FREED)) {
        check_zone(block, block->bytes, block->size, DEBUG_OLD_BYTE);
    }
}

void debug_refuse_unknown(const void *memory, const struct debug_block *block)
{
    char what[100];

    if (block == NULL) {
        panic("heap: free of 0x%lx: not a block in use", (uintptr_t)memory);
    }
    format_text(what, sizeof what, "free of 0x%lx: not a block in use: byte %lu of 0x%lx",
                (uintptr_t)memory, (uintptr_t)memory - (uintptr_t)block->bytes,
                (uintptr_t)block->bytes);
    report(block, what);
}

void debug_refuse_freed(const struct debug_block *block)
{
    char what[100];

    format_text(what, sizeof what, "free of 0x%lx: not a block in use: it was freed before",
                (uintptr_t)block->bytes);
    report(block, what);
}
