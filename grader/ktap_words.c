/* Words of a report's lines: see ktap_words.h. */
#include "ktap_words.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include <tests/ktap/fence.h>

#include "printable.h"

enum { LONGEST_NAME = 80 };

/* Take "NAME" from *at up to a blank; NULL when there is no sensible one. The caller frees it. */
char *ktap_take_name(const char **at)
{
    size_t length = strcspn(*at, " ");
    const char *start = *at;

    for (size_t i = 0; i < length; i++) {
        if (!isalnum((unsigned char)start[i]) && strchr("._-", start[i]) == NULL) {
            return NULL;
        }
    }
    if (length == 0 || length > LONGEST_NAME) {
        return NULL;
    }
    *at += length;
    return format_string("%.*s", (int)length, start);
}

bool ktap_take_word(const char **at, const char *word)
{
    size_t length = strlen(word);

    if (strncmp(*at, word, length) != 0) {
        return false;
    }
    *at += length;
    return true;
}

/* Exactly 16 small hexadecimal digits at *at. */
bool ktap_take_hex(const char **at, uint64_t *number)
{
    *number = 0;
    for (int i = 0; i < FENCE_DIGITS; i++, (*at)++) {
        const char *digit = **at != '\0' ? strchr("0123456789abcdef", **at) : NULL;

        if (digit == NULL) {
            return false;
        }
        *number = *number << 4 | (uint64_t)(digit - "0123456789abcdef");
    }
    return true;
}

void ktap_take_diagnosis(struct diagnosis *d, const char *line)
{
    const struct {
        const char *word;
        char **field;
    } words[] = {{"rule: ", &d->rule},
                 {"you did: ", &d->did},
                 {"expected: ", &d->expected},
                 {"usually: ", &d->usually},
                 {"where: ", &d->where}};

    line += strspn(line, " ");
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (ktap_take_word(&line, words[i].word) && *words[i].field == NULL) {
            *words[i].field = printable(line);
        }
    }
}

void diagnosis_free(struct diagnosis *d)
{
    free(d->rule);
    free(d->did);
    free(d->expected);
    free(d->usually);
    free(d->where);
    *d = (struct diagnosis){0};
}
