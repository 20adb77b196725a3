/*
 * Holes in a source file, found and checked: what can be said of one file without knowing which labs there are.
 *
 *     #ifdef SOLUTION_BOOT
 *         the reference
 *     #else
 *         LAB_TODO(boot, "1.2", "what there is to do");
 *     #endif
 */
#pragma once

#include <stddef.h>

#include "text.h"

struct hole {
    const char *path;           /* the file's, as given to markers_read */
    char *lab;                  /* the marker's name without SOLUTION_, in small letters */
    char *exercise, *text;      /* of its LAB_TODO; NULL when that is missing */
    size_t first, middle, last; /* the lines of #ifdef, #else and #endif */
    size_t todo;                /* the line of LAB_TODO */
};

struct holes {
    struct hole *list;
    size_t count, capacity;
};

/**
 * Append the holes of the file `path` to `holes`, and one line "path:line: what is wrong" to `errors` for each thing that is.
 * Holes stand in the list also when something is wrong with them.
 */
void markers_read(const char *path, const struct text *source, struct holes *holes,
                  struct text *errors);

/** Free the list and what it owns. */
void holes_free(struct holes *holes);
