/* One LAB_TODO, taken apart: see todo.h. */
#include "todo.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "code.h"
#include "text.h"

static void skip_blanks(const char **at)
{
    while (isspace((unsigned char)**at)) {
        (*at)++;
    }
}

static bool take(const char **at, char wanted)
{
    skip_blanks(at);
    if (**at != wanted) {
        return false;
    }
    (*at)++;
    return true;
}

static bool take_name(const char **at, char **name)
{
    struct text t = {0};

    skip_blanks(at);
    while (code_name_char(**at)) {
        text_append(&t, (*at)++, 1);
    }
    *name = t.bytes;
    return t.length > 0;
}

/* One string, or several beside each other. */
static bool take_string(const char **at, char **string)
{
    struct text t = {0};
    bool closed = false;

    while (take(at, '"')) {
        for (closed = false; **at != '\0' && **at != '\n' && !closed; (*at)++) {
            closed = **at == '"';
            *at += **at == '\\' && (*at)[1] != '\0';
            text_append(&t, *at, closed ? 0 : 1);
        }
    }
    *string = t.bytes;
    return closed;
}

bool todo_read(const char *at, struct todo *t)
{
    *t = (struct todo){0};
    at += strlen("LAB_TODO");
    return take(&at, '(') && take_name(&at, &t->lab) && take(&at, ',') &&
           take_string(&at, &t->exercise) && take(&at, ',') && take_string(&at, &t->text) &&
           take(&at, ')');
}

void todo_free(struct todo *t)
{
    free(t->lab);
    free(t->exercise);
    free(t->text);
    *t = (struct todo){0};
}
