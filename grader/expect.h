/*
 * What a guest must report, computed on this side from what it was given.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "text.h"

#define RUN_VCPUS_MOST 4

/** What one boot is given. Everything follows from the seed. */
struct run {
    uint64_t token, seed;
    unsigned memory; /* MB */
    unsigned vcpus;
    char word[24];  /* some word that nobody can foresee */
    char words[64]; /* the command line as the rig is told it */
};

/** The parameters of the run of `token` and `seed`; `domain`: as a guest, else as the first domain. It has at least
 * `vcpus_least` vCPUs, and at least one. */
struct run run_choose(uint64_t token, uint64_t seed, bool domain, unsigned vcpus_least);

/** Can the value `name` be computed? */
bool expect_knows(const char *name);

/** The value `name` in that run; the name must be known. */
uint64_t expect_value(const char *name, const struct run *run);

/**
 * Compare a console's text with the stream of `seed`, carriage returns left aside. `ended`: the line that ends the stream was
 * seen behind it. Returns NULL when it came through whole, else what is wrong with it, which the caller frees.
 */
char *expect_stream(const char *bytes, size_t length, uint64_t seed, bool ended);
