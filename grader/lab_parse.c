/* Keys and values of lab.ini: see lab_parse.h. */
#include "lab_parse.h"

#include <stdlib.h>
#include <string.h>

enum form { FORM_TEXT, FORM_NUMBER, FORM_WORDS, FORM_YES, FORM_KIND };

struct key {
    const char *name;
    enum form form;
    size_t offset; /* of the field */
};

static const struct key lab_keys[] = {
    {"name", FORM_TEXT, offsetof(struct lab, name)},
    {"number", FORM_TEXT, offsetof(struct lab, number)},
    {"title", FORM_TEXT, offsetof(struct lab, title)},
    {"difficulty", FORM_TEXT, offsetof(struct lab, difficulty)},
    {"hours", FORM_NUMBER, offsetof(struct lab, hours)},
    {"files", FORM_WORDS, offsetof(struct lab, files)},
    {"empty", FORM_NUMBER, offsetof(struct lab, empty)},
    {"time", FORM_NUMBER, offsetof(struct lab, time)},
    {"machine_time", FORM_NUMBER, offsetof(struct lab, machine_time)},
    {"vcpus_least", FORM_NUMBER, offsetof(struct lab, vcpus_least)},
    {0},
};

static const struct key exercise_keys[] = {
    {"title", FORM_TEXT, offsetof(struct exercise, title)},
    {"points", FORM_NUMBER, offsetof(struct exercise, points)},
    {0},
};

static const struct key check_keys[] = {
    {"title", FORM_TEXT, offsetof(struct check, title)},
    {"exercise", FORM_TEXT, offsetof(struct check, exercise)},
    {"points", FORM_NUMBER, offsetof(struct check, points)},
    {"kind", FORM_KIND, offsetof(struct check, kind)},
    {"needs", FORM_WORDS, offsetof(struct check, needs)},
    {"tests", FORM_WORDS, offsetof(struct check, tests)},
    {"values", FORM_WORDS, offsetof(struct check, values)},
    {"seen", FORM_WORDS, offsetof(struct check, seen)},
    {"stream", FORM_YES, offsetof(struct check, stream)},
    {"online", FORM_YES, offsetof(struct check, online)},
    {"end", FORM_YES, offsetof(struct check, end)},
    {0},
};

static void add_words(struct words *words, const char *value)
{
    static const char blanks[] = " \t";

    for (value += strspn(value, blanks); *value != '\0'; value += strspn(value, blanks)) {
        size_t length = strcspn(value, blanks);

        words->list = reallocate(words->list, (words->count + 1) * sizeof *words->list);
        words->list[words->count++] = format_string("%.*s", (int)length, value);
        value += length;
    }
}

static char *set_number(int *field, const char *value)
{
    size_t digits = strspn(value, "0123456789");

    if (digits == 0 || digits > 4 || value[digits] != '\0') {
        return format_string("'%s' is not a number from 0 to 9999", value);
    }
    *field = atoi(value);
    return NULL;
}

static char *set_kind(enum check_kind *field, const char *value)
{
    for (enum check_kind kind = 0; kind < CHECK_KINDS; kind++) {
        if (strcmp(value, check_kind_name(kind)) == 0) {
            *field = kind;
            return NULL;
        }
    }
    return format_string("there is no kind '%s'; kinds: build, unit, direct, domain", value);
}

static char *set_yes(bool *field, const char *value)
{
    *field = true;
    return strcmp(value, "yes") == 0 ? NULL
                                     : format_string("'%s': say yes, or leave it out", value);
}

static char *set_field(void *field, enum form form, const char *value)
{
    switch (form) {
    case FORM_NUMBER:
        return set_number(field, value);
    case FORM_WORDS:
        add_words(field, value);
        return NULL;
    case FORM_YES:
        return set_yes(field, value);
    case FORM_KIND:
        return set_kind(field, value);
    default:
        *(char **)field = copy_string(value);
        return NULL;
    }
}

/* Set the field of `object` that `key` names. A list may come in several lines, everything else once. */
static char *set_key(void *object, unsigned *given, const struct key *keys, const char *key,
                     const char *value)
{
    unsigned i = 0;

    while (keys[i].name != NULL && strcmp(keys[i].name, key) != 0) {
        i++;
    }
    if (keys[i].name == NULL) {
        return format_string("unknown key '%s'", key);
    }
    if (keys[i].form != FORM_WORDS && (*given & 1U << i) != 0) {
        return format_string("'%s' is given twice", key);
    }
    *given |= 1U << i;
    return set_field((char *)object + keys[i].offset, keys[i].form, value);
}

static struct exercise *take_exercise(struct lab *lab, const char *number, int line)
{
    struct exercise *e = lab_exercise(lab, number);

    if (e == NULL) {
        lab->exercises =
            reallocate(lab->exercises, (lab->exercise_count + 1) * sizeof *lab->exercises);
        e = &lab->exercises[lab->exercise_count++];
        *e = (struct exercise){.number = copy_string(number), .line = line};
    }
    return e;
}

static struct check *take_check(struct lab *lab, const char *name, int line)
{
    struct check *c = lab_check(lab, name);

    if (c == NULL) {
        lab->checks = reallocate(lab->checks, (lab->check_count + 1) * sizeof *lab->checks);
        c = &lab->checks[lab->check_count++];
        *c = (struct check){.name = copy_string(name), .line = line};
    }
    return c;
}

char *lab_set(struct lab *lab, const char *section, const char *key, const char *value, int line)
{
    static const char exercise[] = "exercise ", check[] = "check ";

    if (strcmp(section, "lab") == 0) {
        return set_key(lab, &lab->given, lab_keys, key, value);
    }
    if (strncmp(section, exercise, strlen(exercise)) == 0) {
        struct exercise *e = take_exercise(lab, section + strlen(exercise), line);

        return set_key(e, &e->given, exercise_keys, key, value);
    }
    if (strncmp(section, check, strlen(check)) == 0) {
        struct check *c = take_check(lab, section + strlen(check), line);

        return set_key(c, &c->given, check_keys, key, value);
    }
    return format_string("unknown section [%s]; there are [lab], [exercise N.N] and [check NAME]",
                         section);
}
