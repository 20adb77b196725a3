/*
 * Reading a report of tests (tests/ktap/ktap.h has its format) that a stranger's program may have written.
 *
 * A line counts only when it has exactly the format's form and the fence of this run. A name with a line that was made up,
 * or with a second line, is marked: whatever else it says, it has not passed.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "text.h"

enum ktap_state {
    KTAP_PASSED,
    KTAP_FAILED,
    KTAP_SKIPPED,
    KTAP_SUSPECT /* forged, told twice, out of the plan … see `why` */
};

/** What a failure says about itself; NULL where it says nothing. All of it is the program's word, made printable. */
struct diagnosis {
    char *rule, *did, *expected, *usually, *where;
};

struct ktap_test {
    char *name;
    enum ktap_state state;
    char *why; /* a skip's reason, or what is suspect */
    struct diagnosis diagnosis;
};

struct ktap_value {
    char *name;
    uint64_t value;
    char *why; /* what is suspect, or NULL */
};

struct ktap {
    struct ktap_test *tests;
    size_t test_count;
    struct ktap_value *values;
    size_t value_count;
    size_t plan;         /* tests promised; 0: no plan was seen */
    char *bail;          /* why the program could not test, or NULL */
    bool ended;          /* the line that ends a guest's report was seen, and seen last */
    size_t stream_start; /* where the stream's first byte is; 0: none was begun */
    size_t
        stream_end; /* behind its last byte: at the line that ends it, or at the end of everything */
    bool stream_ended;
};

/** Read a report. `end` is the line that ends it, or NULL. */
void ktap_read(struct ktap *k, const struct text *output, uint64_t token, const char *end);

/** The test or value of that name, or NULL. */
const struct ktap_test *ktap_find(const struct ktap *k, const char *name);
const struct ktap_value *ktap_find_value(const struct ktap *k, const char *name);

/** Free what a diagnosis or a report owns. */
void diagnosis_free(struct diagnosis *d);
void ktap_free(struct ktap *k);
