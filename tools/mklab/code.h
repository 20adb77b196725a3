/*
 * The code of a source file apart from its words: the same text with comments and the insides of strings blanked, so that
 * a brace or a name found in it is really one. Made for C, good enough for assembly, linker scripts and make files.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/** A copy of `source` of the same length, comments and quoted text made blanks, line ends kept. The caller frees it. */
char *code_only(const char *source, size_t length);

/** The place of `word` as a whole identifier, or beginning one when `prefix`, in [from, end); NULL when it is not there. */
const char *code_word(const char *from, const char *end, const char *word, bool prefix);

/** Is `c` a character of an identifier? */
bool code_name_char(char c);
