/* The call chain of a crashed guest: see backtrace.h. */
#include "backtrace.h"

#include <string.h>

enum { MOST_GUESSES = 8, FIRST_SHOWN = 10, LAST_SHOWN = 4 };

static void add(struct backtrace *b, uint64_t address)
{
    if (b->count < BACKTRACE_MOST) {
        b->addresses[b->count++] = address;
    }
}

/*
 * A function without a frame of its own, or that has not made it yet, leaves its return address
 * somewhere between rsp and its caller's frame: the first one there whose call could have led to
 * this function.
 */
static void add_caller_without_frame(struct backtrace *b, const struct image *image,
                                     const struct xendump *dump)
{
    const struct image_symbol *function = image_function(image, dump->registers[RIP]);
    uint64_t address = dump->true_rsp;
    uint64_t word, target;

    if (image_has_frame(image, dump->registers[RIP])) {
        return;
    }
    for (; address < dump->registers[RBP] && xendump_stack_word(dump, address, &word);
         address += 8) {
        if (image_after_call(image, word, &target) &&
            (function == NULL || target == 0 || target == function->address)) {
            add(b, word);
            return;
        }
    }
}

static void follow_frames(struct backtrace *b, const struct image *image,
                          const struct xendump *dump)
{
    uint64_t frame = dump->registers[RBP];
    uint64_t outer, address, target;

    while (frame >= dump->true_rsp && xendump_stack_word(dump, frame, &outer) &&
           xendump_stack_word(dump, frame + 8, &address) &&
           image_after_call(image, address, &target)) {
        add(b, address);
        if (outer <= frame) {
            return;
        }
        frame = outer;
    }
}

static void guess(struct backtrace *b, const struct image *image, const struct xendump *dump)
{
    uint64_t address = dump->true_rsp;
    uint64_t word, target;

    for (; xendump_stack_word(dump, address, &word) && b->count < MOST_GUESSES; address += 8) {
        if (image_after_call(image, word, &target)) {
            add(b, word);
            b->guessed = true;
        }
    }
}

struct backtrace backtrace_make(const struct image *image, const struct xendump *dump)
{
    struct backtrace b = {0};
    size_t own;

    if (image_function(image, dump->registers[RIP]) != NULL) {
        add(&b, dump->registers[RIP]);
    }
    own = b.count;
    add_caller_without_frame(&b, image, dump);
    follow_frames(&b, image, dump);
    if (b.count == own) {
        guess(&b, image, dump);
    }
    return b;
}

/* A return address may be the first byte after its function, when that ends with the call: look one
 * byte before. */
static const char *function_name(const struct image *image, const struct backtrace *b, size_t i)
{
    const struct image_symbol *function = image_function(image, b->addresses[i] - (i > 0 ? 1 : 0));

    return function != NULL ? function->name : "?";
}

/* How many entries from `i` on are in the same function. */
static size_t run_length(const struct image *image, const struct backtrace *b, size_t i)
{
    const char *name = function_name(image, b, i);
    size_t length = 1;

    while (i + length < b->count && strcmp(function_name(image, b, i + length), name) == 0) {
        length++;
    }
    return length;
}

void backtrace_print(struct text *t, const struct image *image, const struct backtrace *b)
{
    size_t runs = 0, number = 0;

    for (size_t i = 0; i < b->count; i += run_length(image, b, i)) {
        runs++;
    }
    for (size_t i = 0, length; i < b->count; i += length, number++) {
        length = run_length(image, b, i);
        if (runs > FIRST_SHOWN + LAST_SHOWN && number >= FIRST_SHOWN &&
            number < runs - LAST_SHOWN) {
            text_printf(t, "%s", number == FIRST_SHOWN ? " ← …" : "");
            continue;
        }
        text_printf(t, "%s%s", i > 0 ? " ← " : "", function_name(image, b, i));
        if (length > 1) {
            text_printf(t, " (%zu times)", length);
        }
    }
}
