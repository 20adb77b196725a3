/*
 * Is a hole a whole function body? Judged from braces, for C, and from the lines around it, for assembly.
 *
 * In C a hole may stand at the top of the file, around whole functions, or fill one function from its brace to its brace.
 * In assembly it begins after a label or a directive, not between two instructions, and ends likewise.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "text.h"

enum body_language { BODY_C, BODY_ASSEMBLY, BODY_OTHER };

struct body {
    const char *path;
    struct text *errors;
    enum body_language language;
    int depth;        /* braces open here */
    int lowest;       /* the least there were since the open hole's part began */
    bool after_brace; /* the last line of code was "{" and no more */
    bool after_code;  /* the last line of code was an instruction (assembly) */
    size_t hole;      /* line of the open hole; 0: none */
    size_t
        closed; /* line of the hole that has just ended and whose next line is not yet seen; 0: none */
    bool closed_in_body; /* that hole stood inside a function */
    bool complained;     /* about the open hole */
};

/* Where an #if found us. */
struct body_mark {
    int depth;
};

/** Start on the file `path`; complaints are appended to `errors`. */
void body_begin(struct body *b, const char *path, struct text *errors);

/** Read a line of code (no directive) in [line, end), with comments and strings blanked. */
void body_line(struct body *b, const char *line, const char *end);

/** Remember where we are, at an #if. */
struct body_mark body_mark(const struct body *b);

/** The #if of line `number` opens a hole. */
void body_open_hole(struct body *b, size_t number);

/** A part of the hole, opened at `mark`, ends here: its braces must match. */
void body_end_part(struct body *b, const struct body_mark *mark);

/** At an #else: as many braces are open as at its #if. */
void body_return(struct body *b, const struct body_mark *mark);

/** The hole ends; the next line of code must end a body too. */
void body_close_hole(struct body *b, const struct body_mark *mark);

/** The file ends. */
void body_finish(struct body *b);
