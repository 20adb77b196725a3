/* A tree of source files in memory: see tree.h. */
#include "tree.h"

#include <stdlib.h>
#include <string.h>

struct tree_file *tree_add(struct tree *t, const char *path, bool program)
{
    if (t->count == t->capacity) {
        t->capacity = 2 * t->capacity + 64;
        t->files = reallocate(t->files, t->capacity * sizeof *t->files);
    }

    struct tree_file *file = &t->files[t->count++];

    *file = (struct tree_file){.path = copy_string(path), .program = program};
    text_append(&file->bytes, "", 0);
    return file;
}

static int compare(const void *a, const void *b)
{
    const struct tree_file *first = a, *second = b;

    return strcmp(first->path, second->path);
}

void tree_sort(struct tree *t)
{
    if (t->count > 0) {
        qsort(t->files, t->count, sizeof *t->files, compare);
    }
}

struct tree_file *tree_find(const struct tree *t, const char *path)
{
    struct tree_file key = {.path = (char *)path};

    return t->count == 0 ? NULL : bsearch(&key, t->files, t->count, sizeof *t->files, compare);
}

void tree_free(struct tree *t)
{
    for (size_t i = 0; i < t->count; i++) {
        free(t->files[i].path);
        text_free(&t->files[i].bytes);
    }
    free(t->files);
    *t = (struct tree){0};
}

bool path_within(const char *path, const char *folder)
{
    return strncmp(path, folder, strlen(folder)) == 0;
}

bool path_ends(const char *path, const char *ending)
{
    size_t length = strlen(path), tail = strlen(ending);

    return length >= tail && strcmp(path + length - tail, ending) == 0;
}
