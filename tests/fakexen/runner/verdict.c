/* Failures in words: see test.h and verdict.h. */
#include "verdict.h"

#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include "test.h"

struct verdict *verdict;
void (*verdict_addition)(struct verdict *v);

const char *text(const char *format, ...)
{
    static char texts[16][600];
    static unsigned next;
    char *t = texts[next++ % 16];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(t, sizeof texts[0], format, arguments);
    va_end(arguments);
    return t;
}

void verdict_fill(struct verdict *v, const struct failure *failure)
{
    v->outcome = VERDICT_FAILED;
    snprintf(v->rule, sizeof v->rule, "%s", failure->rule != NULL ? failure->rule : "");
    snprintf(v->did, sizeof v->did, "%s", failure->did != NULL ? failure->did : "");
    snprintf(v->expected, sizeof v->expected, "%s",
             failure->expected != NULL ? failure->expected : "");
    snprintf(v->usually, sizeof v->usually, "%s", failure->usually != NULL ? failure->usually : "");
    verdict_add_place(v, (uintptr_t)failure->where);
    if (verdict_addition != NULL) {
        verdict_addition(v);
    }
}

void test_fail(const struct failure *failure)
{
    verdict_fill(verdict, failure);
    _exit(0);
}

void verdict_add_place(struct verdict *v, uintptr_t place)
{
    for (unsigned i = 0; place != 0 && i < VERDICT_PLACES; i++) {
        if (v->places[i] == 0) {
            v->places[i] = place;
            return;
        }
    }
}
