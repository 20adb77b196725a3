/* A preprocessor line taken apart: see directive.h. */
#include "directive.h"

#include <ctype.h>
#include <string.h>

#include "code.h"
#include "text.h"

static const char PREFIX[] = "SOLUTION_";

static const char *skip_blanks(const char *at, const char *end)
{
    while (at < end && isspace((unsigned char)*at)) {
        at++;
    }
    return at;
}

static const char *skip_name(const char *at, const char *end)
{
    while (at < end && code_name_char(*at)) {
        at++;
    }
    return at;
}

bool directive_read(const char *line, const char *end, struct directive *d)
{
    const char *at = skip_blanks(line, end);

    if (at == end || *at != '#') {
        return false;
    }
    d->name = skip_blanks(at + 1, end);
    d->name_end = skip_name(d->name, end);
    d->argument = skip_blanks(d->name_end, end);
    d->line_end = end;
    return true;
}

bool directive_is(const struct directive *d, const char *name)
{
    size_t length = (size_t)(d->name_end - d->name);

    return length == strlen(name) && memcmp(d->name, name, length) == 0;
}

bool directive_mentions_solution(const struct directive *d)
{
    return code_word(d->argument, d->line_end, PREFIX, true) != NULL;
}

char *directive_opens_hole(const struct directive *d)
{
    const char *lab = d->argument + strlen(PREFIX);
    const char *end = skip_name(d->argument, d->line_end);
    struct text t = {0};

    if (!directive_is(d, "ifdef") ||
        code_word(d->argument, d->line_end, PREFIX, true) != d->argument ||
        skip_blanks(end, d->line_end) != d->line_end) {
        return NULL;
    }
    text_append(&t, "", 0);
    for (; lab < end; lab++) {
        char small = (char)tolower((unsigned char)*lab);

        text_append(&t, &small, 1);
    }
    return t.bytes;
}
