/*
 * One grading: what every check of the lab came to, and why.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "ktap.h"
#include "lab.h"

/** Exit status beyond those that all tools share: the machinery failed, and says nothing about the submission. */
enum { STATUS_INFRASTRUCTURE = 12 };

enum result {
    RESULT_OPEN, /* not judged */
    RESULT_PASS,
    RESULT_FAIL,
    RESULT_TIMEOUT,
    RESULT_CRASH,
    RESULT_SKIP, /* a check that it needs has not passed */
    RESULT_INFRA /* the machinery failed twice: never scored */
};

/** A place that waits for the student: where the code under test stopped. */
struct hole {
    char *exercise, *file, *text; /* `exercise` NULL: none was reached */
    unsigned long line;
};

struct verdict {
    bool not_asked; /* it stays open */
    enum result result;
    double seconds;             /* of the step that decided it */
    char *reason;               /* one line; NULL when passed */
    struct diagnosis diagnosis; /* the words of the failed test, if it left any */
    char *details;              /* more lines: the compiler's messages, the crash report; or NULL */
    struct hole hole;
};

struct grading {
    const struct lab *lab;
    struct verdict *verdicts; /* one for each check, in their order */
    uint64_t token, seed;
    double seconds;      /* of everything */
    const char *subject; /* "the reference", "skeleton", the submission's folder … */
    struct text ignored; /* files that were left aside, one a line */
    struct text missing; /* student's files that could not be taken, with the reason, one a line */
};

/** A grading of `lab` with all checks open. */
struct grading grading_start(const struct lab *lab);

/** "PASS", "FAIL" … */
const char *result_name(enum result result);

/** The verdict on `check`. */
struct verdict *grading_verdict(const struct grading *g, const struct check *check);

/** Judge: replaces the result of an open check; `reason`, made as printf would make it, is NULL for a pass. */
void verdict_set(struct verdict *v, enum result result, const char *reason, ...)
    __attribute__((format(printf, 3, 4)));

/** Copy what is known about a hole. */
void hole_set(struct hole *h, const char *exercise, const char *file, unsigned long line,
              const char *text);

/**
 * Ask only for the checks in `names` (separated by commas) and those that they need. Returns NULL, or one of the names that
 * is no check's, which the caller frees.
 */
char *grading_only(struct grading *g, const char *names);

/** Is `check` to be judged: asked for, and still open? */
bool grading_is_due(const struct grading *g, const struct check *check);

/** Is a run of kind `kind` worth it: is a check of that kind due, and has all that it needs passed? */
bool grading_ready(const struct grading *g, enum check_kind kind);

/** When a check that `check` needs has not passed, `check` becomes SKIP. Returns whether it did. */
bool grading_skip(struct grading *g, const struct check *check);

/** grading_skip() for all checks of kind `kind` that are due. */
void grading_settle(struct grading *g, enum check_kind kind);

/** Points of one check (all of them or none), of an exercise, of everything. */
int check_score(const struct grading *g, const struct check *check);
int exercise_score(const struct grading *g, const struct exercise *exercise);
int grading_score(const struct grading *g);

/** Did the machinery fail for any check? Then there is no mark. */
bool grading_is_broken(const struct grading *g);

/** Free all of it but the lab. */
void grading_free(struct grading *g);
