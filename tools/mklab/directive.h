/*
 * A preprocessor line taken apart: "#name argument".
 */
#pragma once

#include <stdbool.h>

struct directive {
    const char *name, *name_end;     /* its name, between # and argument */
    const char *argument, *line_end; /* the rest of the line, blanks at its start left out */
};

/** Take apart [line, end), in which comments are blanked. Returns whether it is a directive. */
bool directive_read(const char *line, const char *end, struct directive *d);

/** Is it called `name`? */
bool directive_is(const struct directive *d, const char *name);

/** Is there a SOLUTION_ name in its argument? */
bool directive_mentions_solution(const struct directive *d);

/** The lab, in small letters, when the directive is "#ifdef SOLUTION_LAB" and no more, else NULL. The caller frees it. */
char *directive_opens_hole(const struct directive *d);
