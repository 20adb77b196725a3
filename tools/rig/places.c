/* Where each virtual CPU of a guest was: see places.h. */
#include "places.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "whereabouts.h"

static bool take_vcpu(struct places *p, const char *line)
{
    static const struct place empty = {
        .state = {.vector = XENDUMP_NO_VECTOR, .has_registers = true}};
    struct place *place = allocate(sizeof *place);
    uint64_t *registers = place->state.registers;
    char how[16];

    *place = empty;
    if (p->count == PLACES_MOST ||
        sscanf(line, "vcpu %u %15s %" SCNx64 " %" SCNx64 " %" SCNx64, &place->vcpu, how,
               &registers[RIP], &registers[RSP], &registers[RBP]) != 5) {
        free(place);
        return false;
    }
    place->waiting = strcmp(how, "waiting") == 0;
    place->state.true_rsp = registers[RSP];
    place->state.stack_base = registers[RSP];
    p->of[p->count++] = place;
    return true;
}

/* "ADDRESS WORD…": what follows the last line of the same stack. */
static void take_stack(struct xendump *state, const char *words)
{
    char *end;
    uint64_t word = strtoull(words, &end, 16);

    if (state->stack_words == 0) {
        state->stack_base = word;
    }
    for (words = end; state->stack_words < XENDUMP_MOST_WORDS; words = end) {
        word = strtoull(words, &end, 16);
        if (end == words) {
            break;
        }
        state->stack[state->stack_words++] = word;
    }
}

bool places_take(struct places *p, const char *line)
{
    if (strcmp(line, "there") == 0) {
        p->complete = true;
        return true;
    }
    if (strncmp(line, "stack ", strlen("stack ")) == 0 && p->count > 0) {
        take_stack(&p->of[p->count - 1]->state, line + strlen("stack "));
        return true;
    }
    return take_vcpu(p, line);
}

void places_print(struct text *t, struct image *image, const struct places *p)
{
    for (size_t i = 0; i < p->count; i++) {
        const struct place *place = p->of[i];
        char how[64];

        snprintf(how, sizeof how, "vCPU %-3u %s", place->vcpu,
                 place->waiting ? "waiting in Xen, since " : "at ");
        whereabouts_print_state(t, image, how, &place->state);
    }
}

void places_complete_dump(const struct places *p, struct xendump *dump)
{
    for (size_t i = 0; i < p->count; i++) {
        const struct xendump *state = &p->of[i]->state;

        if (p->of[i]->vcpu == dump->vcpu && state->stack_words > 0) {
            dump->stack_base = state->stack_base;
            dump->stack_words = state->stack_words;
            memcpy(dump->stack, state->stack, sizeof dump->stack);
        }
    }
}

void places_free(struct places *p)
{
    while (p->count > 0) {
        free(p->of[--p->count]);
    }
    *p = (struct places){0};
}
