/*
 * lab.ini as the grader reads it: what a lab's exercises and checks are, and what each is worth.
 *
 *   [lab]              name, number, title, difficulty, hours
 *                      files = the student's files, from the tree's root
 *                      empty = the most points that untouched holes may score
 *                      time = seconds that one boot may take
 *                      machine_time = seconds a direct run may take by its own clock, which counts instructions (no limit)
 *                      vcpus_least = how many vCPUs a boot has at least (1); at most it has RUN_VCPUS_MOST (expect.h)
 *   [exercise 1.2]     title, points (the sum of its checks' points)
 *   [check NAME]       in the order in which they are made
 *     title            what is so when it passes
 *     exercise         to which it belongs
 *     points           all of them add up to 100
 *     kind             build | unit | direct | domain
 *     needs            checks, named above this one, that must have passed; else this one is skipped
 *     tests            unit, direct, domain: tests (SUITE.NAME) that must report "ok"
 *     values           direct, domain: values that must be what the grader computes (expect.h has their names)
 *     seen             domain: values that tests/dom0, the script that dom0 runs beside the guest, saw from outside, and printed as
 *                      "seen NAME DIGITS", 16 hexadecimal digits; they must be what the grader computes
 *     stream = yes     direct, domain: the seeded text must come through whole
 *     online = yes     domain: all vCPUs were online, and it is xl, not the guest, that says so
 *     end = yes        direct, domain: the report's last line is seen, and the machine, not the guest, says that it ended well
 *
 * A list may go on in the next lines, indented. Anything else is an error, told with file and line.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "text.h"

enum check_kind { CHECK_BUILD, CHECK_UNIT, CHECK_DIRECT, CHECK_DOMAIN, CHECK_KINDS };

enum { LAB_FULL_MARK = 100 };

struct words {
    char **list;
    size_t count;
};

struct exercise {
    char *number; /* "1.2": the handout's section too */
    char *title;
    int points;
    unsigned given; /* which keys were seen */
    int line;       /* of lab.ini */
};

struct check {
    char *name;
    char *title;
    char *exercise;
    int points;
    enum check_kind kind;
    struct words needs, tests, values, seen;
    bool stream, online, end;
    unsigned given;
    int line;
};

struct lab {
    char *path;   /* of lab.ini, as given */
    char *folder; /* "01-boot" */
    char *name, *number, *title, *difficulty;
    int hours, empty, time, machine_time, vcpus_least;
    struct words files;
    struct exercise *exercises;
    size_t exercise_count;
    struct check *checks;
    size_t check_count;
    unsigned given;
};

/** "build", "unit" … */
const char *check_kind_name(enum check_kind kind);

/** Read the file `path`, whose folder gives the lab's. Returns NULL, or one line saying what is wrong, which the caller frees. */
char *lab_read(struct lab *lab, const char *path);

/** The check called `name`, or NULL. */
struct check *lab_check(const struct lab *lab, const char *name);

/** The exercise `number`, or NULL. */
struct exercise *lab_exercise(const struct lab *lab, const char *number);

/** Is `word` one of `words`? */
bool words_have(const struct words *words, const char *word);

/** Free what the lab owns. */
void lab_free(struct lab *lab);
