/* Sorted sets of names: see object.h. */
#include <stdlib.h>
#include <string.h>

#include "object.h"

void names_add(struct names *n, const char *name)
{
    if (n->count == n->capacity) {
        n->capacity = 2 * n->capacity + 64;
        n->list = reallocate(n->list, n->capacity * sizeof *n->list);
    }
    n->list[n->count++] = copy_string(name);
}

void names_add_all(struct names *n, const struct names *more)
{
    for (size_t i = 0; i < more->count; i++) {
        names_add(n, more->list[i]);
    }
}

static int compare(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

void names_sort(struct names *n)
{
    size_t kept = 0;

    if (n->count > 0) {
        qsort(n->list, n->count, sizeof *n->list, compare);
    }
    for (size_t i = 0; i < n->count; i++) {
        if (kept > 0 && strcmp(n->list[kept - 1], n->list[i]) == 0) {
            free(n->list[i]);
        } else {
            n->list[kept++] = n->list[i];
        }
    }
    n->count = kept;
}

bool names_have(const struct names *n, const char *name)
{
    return n->count > 0 && bsearch(&name, n->list, n->count, sizeof *n->list, compare) != NULL;
}

void names_free(struct names *n)
{
    while (n->count > 0) {
        free(n->list[--n->count]);
    }
    free(n->list);
    *n = (struct names){0};
}

void object_names_free(struct object_names *n)
{
    names_free(&n->defined);
    names_free(&n->wanted);
}
