/*
 * The programs that mklab leans on (git, unifdef, sha256sum), run as filters.
 */
#pragma once

#include "text.h"

/**
 * Run a program in `directory` with `input` (NULL: none) and append its stdout to `output`. Its stderr is the user's.
 * Returns its exit status; ends the tool when it cannot be started, is interrupted or takes too long.
 */
int run(const char *directory, const char *const *arguments, const struct text *input,
        struct text *output);

/** The same, silently: what it has to say on stderr goes to `output` too. */
int run_quietly(const char *directory, const char *const *arguments, const struct text *input,
                struct text *output);
