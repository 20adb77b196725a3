/*
 * One LAB_TODO(lab, "exercise", "text"), taken apart.
 */
#pragma once

#include <stdbool.h>

struct todo {
    char *lab, *exercise, *text; /* the caller frees them; adjacent strings are one text */
};

/** Take apart the LAB_TODO that begins at `at`. Returns whether it has its three parts. */
bool todo_read(const char *at, struct todo *t);

/** Free the parts. */
void todo_free(struct todo *t);
