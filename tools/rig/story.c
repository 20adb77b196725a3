/* What dom0's runner has told of the guest: see story.h. */
#include "story.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void keep(char **place, const char *text)
{
    free(*place);
    *place = copy_string(text);
}

/* What follows the word on the line, or NULL when the line begins with another one. */
static const char *after(const char *line, const char *word)
{
    size_t length = strlen(word);

    return strncmp(line, word, length) == 0 ? line + length : NULL;
}

void story_take(struct story *s, const char *line)
{
    const char *rest;

    if (strcmp(line, "taken") == 0) {
        s->taken = true;
    } else if ((rest = after(line, "xl ")) != NULL) {
        /* The first error is the cause; those that follow come from cleaning up. */
        if (s->first_error == NULL && strstr(rest, "rror") != NULL) {
            keep(&s->first_error, rest);
        }
    } else if (strcmp(line, "typed") == 0) {
        s->typed++;
    } else if (sscanf(line, "created %d", &s->id) == 1) {
        return;
    } else if (sscanf(line, "died %15s %u %lu", s->reason, &s->vcpus, &s->sent) == 3) {
        s->died = true;
    } else if (sscanf(line, "ended %d %15s %u %lu", &s->status, s->reason, &s->vcpus, &s->sent) ==
               4) {
        s->died = s->scripted = true;
    } else if ((rest = after(line, "script ")) != NULL) {
        keep(&s->last_words, rest);
        if (s->words.length + strlen(rest) < STORY_MOST_WORDS) {
            text_printf(&s->words, "%s\n", rest);
        }
    } else if (sscanf(line, "refused %d", &s->status) == 1) {
        s->refused = true;
    } else if ((rest = after(line, "console ")) != NULL) {
        keep(&s->console, rest);
    } else if ((rest = after(line, "fault ")) != NULL) {
        keep(&s->fault, rest);
    } else if (!places_take(&s->places, line)) {
        keep(&s->fault, line);
    }
}

void story_free(struct story *s)
{
    free(s->first_error);
    free(s->last_words);
    text_free(&s->words);
    free(s->console);
    free(s->fault);
    places_free(&s->places);
    *s = (struct story){0};
}
