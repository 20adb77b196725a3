/* What the explorer says of a failure: see explore_words.h. */
#include "explore_words.h"

#include <stdio.h>
#include <string.h>

#include "explore_point.h"
#include "runner/place.h"
#include "runner/test.h"
#include "runner/verdict.h"

#define PLACES_SHOWN 4 /* of each vCPU */

static const struct explore_result *running;

/* The latest step of the vCPU before number `*back` from the end, in another line than `last`. Returns false: none left. */
static bool find_step(unsigned vcpu, unsigned *back, const char *last, char *place, size_t size)
{
    for (; *back < RING_SIZE; ++*back) {
        uint64_t entry = explore_ring[(explore_ring_next - 1 - *back) % RING_SIZE];
        uintptr_t address = (uint32_t)entry;

        if (entry >> 32 != vcpu || address == 0) {
            continue;
        }
        place_describe(&address, 1, place, size);
        if (strcmp(place, last) != 0) {
            return true;
        }
    }
    return false;
}

static void places_of(unsigned vcpu, char *text, size_t size)
{
    char last[200] = "", place[200];
    unsigned back = 0;

    for (unsigned shown = 0; shown < PLACES_SHOWN; shown++) {
        if (!find_step(vcpu, &back, last, place, sizeof place)) {
            return;
        }
        snprintf(text + strlen(text), size - strlen(text), "%s%s", shown > 0 ? ", before it " : "",
                 place);
        strcpy(last, place);
    }
}

void explore_places(char *text, size_t size)
{
    text[0] = '\0';
    for (unsigned i = 0; i < fakexen.options.vcpus; i++) {
        char places[400] = "";

        places_of(i, places, sizeof places);
        if (places[0] != '\0') {
            snprintf(text + strlen(text), size - strlen(text), "%svCPU %u at %s",
                     text[0] != '\0' ? "; " : "", i, places);
        }
    }
}

void words_of_loop(struct explore_result *result)
{
    snprintf(result->what, sizeof result->what, "no end after %lu steps", result->steps);
}

static void add_seed(struct verdict *v)
{
    size_t length = strlen(v->did);

    snprintf(v->did + length, sizeof v->did - length, " (seed %lu: --seed=%lu repeats it)",
             (unsigned long)running->seed, (unsigned long)running->seed);
    if (v->where[0] == '\0') {
        explore_places(v->where, sizeof v->where);
    }
}

void words_begin(const struct explore_result *run)
{
    running = run;
    verdict_addition = add_seed;
}

void words_end(void)
{
    verdict_addition = NULL;
}

static const struct failure reasons[] = {
    [EXPLORE_LOST] = {.rule = "who waits is woken: no order of instructions loses a wake-up",
                      .expected = "an event that ends the wait",
                      .usually = "somebody looks, and only then says that it waits: what comes in "
                                 "between is missed"},
    [EXPLORE_ENDLESS] = {.rule = "every order of instructions comes to an end",
                         .expected = "all vCPUs return",
                         .usually = "a vCPU spins for something that the others have done already, "
                                    "or will only do after it"},
    [EXPLORE_CHANGED] = {.rule = "an upcall leaves the registers and the mask as they were",
                         .expected = "what was there before",
                         .usually = "a register that is not saved, or saved twice where the "
                                    "critical region starts anew"},
};

void explore_check(const struct explore_result *result)
{
    struct failure failure;

    if (result->outcome == EXPLORE_DONE) {
        return;
    }
    failure = reasons[result->outcome];
    failure.did = result->what;
    words_begin(result);
    test_fail(&failure);
}
