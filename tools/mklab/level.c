/* The table of levels: see level.h. */
#include "level.h"

#include <stdlib.h>
#include <string.h>

static const char PREFIX[] = "KERNEL_";

/* The end of the line at `at`, with the lines that continue it. */
static const char *row_end(const char *at)
{
    const char *end = at + strcspn(at, "\n");

    while (*end == '\n' && end > at && end[-1] == '\\') {
        end += 1 + strcspn(end + 1, "\n");
    }
    return *end == '\n' ? end + 1 : end;
}

/* The level whose row begins at `at`; 0: another line. */
static int row_level(const char *at)
{
    return strncmp(at, PREFIX, strlen(PREFIX)) == 0 ? atoi(at + strlen(PREFIX)) : 0;
}

static bool row_names(const char *at, const char *end, const char *path)
{
    static const char blanks[] = " \t\n\\";
    size_t length = strlen(path);

    for (at += strspn(at, blanks); at < end; at += strspn(at, blanks)) {
        size_t word = strcspn(at, blanks);

        if (word == length && memcmp(at, path, length) == 0) {
            return true;
        }
        at += word;
    }
    return false;
}

bool level_is_above(const struct text *table, const char *path, int level)
{
    for (const char *at = table->bytes; *at != '\0'; at = row_end(at)) {
        if (row_level(at) > level && row_names(at, row_end(at), path)) {
            return true;
        }
    }
    return false;
}

const char *level_name(const struct text *table, int level, size_t *length)
{
    static const char blanks[] = " \t:=";
    const char *row = strstr(table->bytes, "LEVEL_NAMES");

    for (*length = row != NULL ? strlen("LEVEL_NAMES") : 0; row != NULL && level > 0; level--) {
        row += *length + strspn(row + *length, blanks);
        *length = strcspn(row, " \t\n");
    }
    return *length > 0 ? row : NULL;
}

void level_cut(const struct text *table, int level, struct text *out)
{
    for (const char *at = table->bytes; *at != '\0'; at = row_end(at)) {
        if (row_level(at) <= level) {
            text_append(out, at, (size_t)(row_end(at) - at));
        }
    }
}
