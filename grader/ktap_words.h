/*
 * The words that a report's lines are made of. Each function moves *at behind what it has taken.
 */
#pragma once

#include "ktap.h"

/** Exactly `word`? */
bool ktap_take_word(const char **at, const char *word);

/** A name up to a blank or the line's end, which the caller frees; NULL when there is no sensible one. */
char *ktap_take_name(const char **at);

/** Exactly 16 small hexadecimal digits? */
bool ktap_take_hex(const char **at, uint64_t *number);

/** Keep an indented line behind a failure, if it says something that is not known yet. */
void ktap_take_diagnosis(struct diagnosis *d, const char *line);
