/*
 * A grading as JSON:
 *
 *   { "lab": "boot", "subject": "the reference", "score": 73, "max": 100,
 *     "outcome": "graded" | "infrastructure",        the latter has no mark: score says what was reached until then
 *     "token": "16 hex digits", "seed": "decimal",   strings: they have 64 bits
 *     "seconds": 6.1, "sandbox": "bubblewrap, …",
 *     "host": {"system": "Linux 6.1 x86_64", "processors": 2},
 *     "ignored": ["path", …], "missing": ["path why", …],
 *     "exercises": [{"number", "title", "points", "max"}, …],
 *     "checks": [{"name", "title", "kind", "exercise", "result", "points", "max", "reason", "seconds", "details",
 *                 "rule", "did", "expected", "usually", "where",
 *                 "hole": {"exercise", "file", "line", "text"}}, …] }
 *
 * A text that is not there is null; "result" is PASS, FAIL, TIMEOUT, CRASH, SKIP, INFRA, or OPEN when it was not asked for.
 */
#pragma once

#include "grading.h"

/** Write it to `path`, all at once. Returns 0 or -errno. */
int json_write(const struct grading *g, const char *path);
