/*
 * What a guest does with its memory in lab 2, as it follows from the seed: the guest does it, and the grader computes what
 * must come of it. Nothing here depends on which pages the guest gets.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "random.h"

#define MEMORY_BLOCKS      48 /* blocks that are allocated at once, of orders below MEMORY_ORDERS */
#define MEMORY_ORDERS      4
#define MEMORY_PAGES       300 /* single pages, likewise */
#define MEMORY_MAPPINGS    256
#define MEMORY_PROTECTED   64  /* pages whose access is changed */
#define MEMORY_PROTECTIONS 200 /* how often */

/* Where pages are mapped: 512 GiB of addresses that the kernel does not use. */
#define MEMORY_WINDOW ((uint64_t)0x100000000000)

/** The word number `number` of the part `part` of the test. */
static inline uint64_t memory_word(uint64_t seed, const char *part, uint64_t number)
{
    return mix_bits(fnv_text(mix_bits(seed), part) + number * FNV_PRIME);
}

/** The order of block number `i`. */
static inline unsigned memory_order(uint64_t seed, unsigned i)
{
    return (unsigned)(memory_word(seed, "order", i) % MEMORY_ORDERS);
}

/** Page number `page` of block number `i` has this word at its start; `again`: when the block is a second one. */
static inline uint64_t memory_block_word(uint64_t seed, unsigned i, unsigned page, unsigned again)
{
    return memory_word(seed, "block", ((uint64_t)again << 32) + (uint64_t)i * 1024 + page);
}

/** Blocks with odd numbers are freed and allocated again; then the words of all are added. */
static inline uint64_t memory_blocks_sum(uint64_t seed)
{
    uint64_t sum = 0;

    for (unsigned i = 0; i < MEMORY_BLOCKS; i++) {
        for (unsigned page = 0; page < 1u << memory_order(seed, i); page++) {
            sum += memory_block_word(seed, i, page, i % 2);
        }
    }
    return sum;
}

/** Add the words `part` of the numbers below `count`. */
static inline uint64_t memory_sum(uint64_t seed, const char *part, uint64_t count)
{
    uint64_t sum = 0;

    for (uint64_t i = 0; i < count; i++) {
        sum += memory_word(seed, part, i);
    }
    return sum;
}

/** How many pages of a domain that has `pages` the test takes all at once. */
static inline uint64_t memory_most(uint64_t pages)
{
    return pages / 4 * 3;
}

/** Where in its page word number `i` lies. */
static inline size_t memory_offset(uint64_t seed, uint64_t i)
{
    return memory_word(seed, "offset", i) % 512 * 8;
}

/** The address of mapping number `i`: no two are the same. */
static inline uint64_t memory_address(uint64_t seed, unsigned i)
{
    uint64_t page = ((uint64_t)i << 19) + memory_word(seed, "address", i) % ((uint64_t)1 << 19);

    return MEMORY_WINDOW + (page << 12);
}

/** At each address its own word is written; the words are added. */
static inline uint64_t memory_mapped_sum(uint64_t seed)
{
    uint64_t sum = 0;

    for (unsigned i = 0; i < MEMORY_MAPPINGS; i++) {
        sum += mix_bits(memory_address(seed, i) ^ seed);
    }
    return sum;
}

/** Change number `i` of the access of `count` pages from page `first` on to `access` (0: read, 1: write, 2: execute). */
struct memory_protection {
    unsigned first, count, access;
};

static inline struct memory_protection memory_protection(uint64_t seed, unsigned i)
{
    struct memory_protection p = {.first =
                                      (unsigned)(memory_word(seed, "first", i) % MEMORY_PROTECTED)};

    p.count = 1 + (unsigned)(memory_word(seed, "count", i) % (MEMORY_PROTECTED - p.first));
    p.access = (unsigned)(memory_word(seed, "access", i) % 3);
    return p;
}

/** Which of the pages can be written at the end: bit n is page n. All can at the start. */
static inline uint64_t memory_writable(uint64_t seed)
{
    uint64_t writable = ~(uint64_t)0;

    for (unsigned i = 0; i < MEMORY_PROTECTIONS; i++) {
        struct memory_protection p = memory_protection(seed, i);

        for (unsigned page = p.first; page < p.first + p.count; page++) {
            uint64_t bit = (uint64_t)1 << page;

            writable = p.access == 1 ? writable | bit : writable & ~bit;
        }
    }
    return writable;
}
