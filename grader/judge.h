/*
 * Before anything made of a student's files runs: may their objects be linked with ours at all?
 */
#pragma once

#include "lab.h"
#include "work.h"

/** Judge every object of the student's, by object.h's rules. Returns NULL, or why not in one line, which the caller frees. */
char *judge_objects(const struct work *work, const struct lab *lab);
