/* Parameters and values of a run: see expect.h. */
#include "expect.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <tests/ktap/events.h>
#include <tests/ktap/memory.h>
#include <tests/ktap/others.h>
#include <tests/ktap/random.h>
#include <tests/ktap/ring.h>
#include <tests/ktap/threads.h>
#include <tests/ktap/vcpus.h>

#include "others_model.h"
#include "threads_model.h"

enum { PAGES_OF_MB = 256, LEAST_MEMORY = 24, MOST_MEMORY = 96, WORD_LENGTH = 12 };

struct run run_choose(uint64_t token, uint64_t seed, bool domain, unsigned vcpus_least)
{
    /* Another stream than the tests' own, which starts at the seed. */
    struct random r = random_start(fnv_text(mix_bits(seed), domain ? "domain" : "direct"));
    struct run run = {.token = token, .seed = seed};
    unsigned least = vcpus_least > 1 ? vcpus_least : 1;

    run.memory = LEAST_MEMORY + (unsigned)random_below(&r, MOST_MEMORY - LEAST_MEMORY + 1);
    run.vcpus = least + (unsigned)random_below(&r, RUN_VCPUS_MOST - least + 1);
    for (int i = 0; i < WORD_LENGTH; i++) {
        run.word[i] = "abcdefghijklmnopqrstuvwxyz"[random_below(&r, 26)];
    }
    snprintf(run.words, sizeof run.words, "word=%s", run.word);
    return run;
}

static uint64_t pages(const struct run *run)
{
    return (uint64_t)run->memory * PAGES_OF_MB;
}

static uint64_t vcpus(const struct run *run)
{
    return run->vcpus;
}

static uint64_t word(const struct run *run)
{
    return fnv_text(FNV_BASIS, run->word);
}

/* The rig puts token and seed behind the words. */
static uint64_t command_line(const struct run *run)
{
    char *line =
        format_string("%s token=%016" PRIx64 " seed=%" PRIu64, run->words, run->token, run->seed);
    uint64_t hash = fnv_text(FNV_BASIS, line);

    free(line);
    return hash;
}

static uint64_t room(const struct run *run)
{
    struct ring ring = {0};

    return ring_value_room(&ring_model, &ring, run->seed);
}

static uint64_t put(const struct run *run)
{
    struct ring ring = {0};

    return ring_value_put(&ring_model, &ring, run->seed);
}

static uint64_t drained(const struct run *run)
{
    struct ring ring = {0};

    return ring_value_drained(&ring_model, &ring, run->seed);
}

static uint64_t blocks_sum(const struct run *run)
{
    return memory_blocks_sum(run->seed);
}

static uint64_t pages_sum(const struct run *run)
{
    return memory_sum(run->seed, "page", MEMORY_PAGES);
}

static uint64_t all_sum(const struct run *run)
{
    return memory_sum(run->seed, "memory", memory_most(pages(run)));
}

static uint64_t mapped_sum(const struct run *run)
{
    return memory_mapped_sum(run->seed);
}

static uint64_t writable_pages(const struct run *run)
{
    return memory_writable(run->seed);
}

static uint64_t moves(const struct run *run)
{
    return threads_model_moves(run->seed);
}

static uint64_t registers_kept(const struct run *run)
{
    return kept_sum(run->seed);
}

static uint64_t turns_taken(const struct run *run)
{
    return threads_model_turns(run->seed);
}

static uint64_t ends_sum(const struct run *run)
{
    return random_sum(run->seed, "ends", ENDING_WAVES * ENDING_THREADS);
}

static uint64_t chain(const struct run *run)
{
    uint64_t result = 0;

    for (unsigned i = chain_length(run->seed); i > 0; i--) {
        result = chain_result(run->seed, i - 1, result);
    }
    return result;
}

static uint64_t many_sum(const struct run *run)
{
    return random_sum(run->seed, "many", MANY_ROUNDS * MANY_THREADS);
}

static uint64_t vcpu_results(const struct run *run)
{
    return vcpus_results(run->seed, run->vcpus);
}

static uint64_t counted(const struct run *run)
{
    return vcpus_counted(run->seed, run->vcpus);
}

static uint64_t turns(const struct run *run)
{
    return vcpus_lines(run->seed, run->vcpus);
}

static uint64_t calls(const struct run *run)
{
    return vcpus_calls(run->seed, run->vcpus);
}

static uint64_t journey(const struct run *run)
{
    return vcpus_journey(run->seed, run->vcpus);
}

static uint64_t ports_sum(const struct run *run)
{
    return events_ports_sum(run->seed);
}

static uint64_t again_sum(const struct run *run)
{
    return events_again_sum(run->seed);
}

static uint64_t unmasked_sum(const struct run *run)
{
    return events_unmasked_sum(run->seed);
}

static uint64_t loopback_sum(const struct run *run)
{
    return events_loopback_sum(run->seed);
}

static uint64_t timers_order(const struct run *run)
{
    return events_timers_order(run->seed);
}

static uint64_t upcall_registers(const struct run *run)
{
    return events_upcall_registers(run->seed);
}

static uint64_t wake_order(const struct run *run)
{
    return events_wake_order(run->seed);
}

static uint64_t sleep_order(const struct run *run)
{
    return events_sleep_order(run->seed);
}

static uint64_t vectors_sum(const struct run *run)
{
    return events_vectors_sum(run->seed);
}

static uint64_t held_order(const struct run *run)
{
    return events_wake_order(~run->seed);
}

static uint64_t shares_sum(const struct run *run)
{
    return events_add(run->seed, "share", 0, EVENTS_THREADS * EVENTS_SHARE);
}

static uint64_t grants_sum(const struct run *run)
{
    return random_sum(run->seed, "page", OTHERS_PAGES);
}

static uint64_t grant_moves(const struct run *run)
{
    return others_model_moves(run->seed);
}

static uint64_t rows_sum(const struct run *run)
{
    return others_rows_sum(run->seed);
}

static uint64_t late_sum(const struct run *run)
{
    return random_sum(run->seed, "late", OTHERS_LATE);
}

static uint64_t wire_moves(const struct run *run)
{
    return others_model_wire(run->seed);
}

static uint64_t numbers_read(const struct run *run)
{
    return others_model_numbers(run->seed);
}

static uint64_t nodes_sum(const struct run *run)
{
    return others_nodes_sum(run->seed);
}

static uint64_t store_word(const struct run *run)
{
    return random_word(run->seed, "word", 0);
}

static uint64_t store_long(const struct run *run)
{
    return others_long_tail(run->seed, OTHERS_NODES);
}

static uint64_t watched(const struct run *run)
{
    return others_reversed(store_word(run));
}

static uint64_t device_calls(const struct run *run)
{
    return others_calls(run->seed);
}

static uint64_t device_offers(const struct run *run)
{
    return others_offers(run->seed);
}

static uint64_t device_first(const struct run *run)
{
    return random_word(run->seed, "device", 0);
}

static uint64_t device_second(const struct run *run)
{
    return random_word(run->seed, "device", 1);
}

static uint64_t device_states(const struct run *run)
{
    (void)run;
    return OTHERS_STATES;
}

static uint64_t none(const struct run *run)
{
    (void)run;
    return 0;
}

static const struct {
    const char *name;
    uint64_t (*compute)(const struct run *run);
} values[] = {
    {"pages", pages}, /* of memory that the guest was given */
    {"vcpus", vcpus},
    {"word", word},                 /* FNV-1a of the value of word= on the command line */
    {"command_line", command_line}, /* FNV-1a of all of it */
    {"room", room}, /* these three: the answers of a console ring's functions, in many states */
    {"put", put},
    {"drained", drained},
    /* What comes of the words that tests/ktap/memory.h has for memory. */
    {"blocks_sum", blocks_sum},
    {"pages_sum", pages_sum},
    {"memory_sum", all_sum},
    {"mapped_sum", mapped_sum},
    {"writable_pages", writable_pages},
    {"pages_lost", none},
    /* What tests/ktap/threads.h has for threads. */
    {"queue_moves", moves},
    {"registers_kept", registers_kept},
    {"turns_taken", turns_taken},
    {"ends_sum", ends_sum},
    {"chain_result", chain},
    {"threads_sum", many_sum},
    /* What comes of the work that tests/ktap/vcpus.h has for each vCPU. */
    {"vcpu_results", vcpu_results},
    {"counted", counted},
    {"turns", turns},
    {"calls", calls},
    {"journey", journey},
    /* What tests/ktap/events.h has for events, timers and threads. */
    {"ports_sum", ports_sum},
    {"again_sum", again_sum},
    {"unmasked_sum", unmasked_sum},
    {"loopback_sum", loopback_sum},
    {"timers_order", timers_order},
    {"upcall_registers", upcall_registers},
    {"wake_order", wake_order},
    {"held_order", held_order},
    {"shares_sum", shares_sum},
    {"sleep_order", sleep_order},
    {"vectors_sum", vectors_sum},
    /* What tests/ktap/others.h has for grants, xenstore and a device. */
    {"grants_sum", grants_sum},
    {"grant_moves", grant_moves},
    {"rows_sum", rows_sum},
    {"late_sum", late_sum},
    {"wire_moves", wire_moves},
    {"numbers_read", numbers_read},
    {"nodes_sum", nodes_sum},
    {"store_word", store_word},
    {"store_long", store_long},
    {"watched", watched},
    {"device_calls", device_calls},
    {"device_offers", device_offers},
    {"device_first", device_first},
    {"device_second", device_second},
    {"device_states", device_states},
};

bool expect_knows(const char *name)
{
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        if (strcmp(values[i].name, name) == 0) {
            return true;
        }
    }
    return false;
}

uint64_t expect_value(const char *name, const struct run *run)
{
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        if (strcmp(values[i].name, name) == 0) {
            return values[i].compute(run);
        }
    }
    return 0;
}
