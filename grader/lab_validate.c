/* Does a lab.ini fit together? See lab_parse.h. */
#include <stdlib.h>
#include <string.h>

#include "expect.h"
#include "lab_parse.h"

static char *missing(int line, const char *section, const char *name, const char *key)
{
    return format_string("%d: [%s%s%s] wants a '%s'", line, section, name[0] != '\0' ? " " : "",
                         name, key);
}

/* A student's file is copied into the tree: its path must stay there. */
static bool stays_inside(const char *path)
{
    return path[0] != '/' && strncmp(path, "../", 3) != 0 && strstr(path, "/../") == NULL &&
           strstr(path, "//") == NULL && strchr(path, '\\') == NULL &&
           path[strlen(path) - 1] != '/';
}

static char *validate_lab(const struct lab *lab)
{
    const struct {
        const char *key;
        bool there;
    } needed[] = {{"name", lab->name != NULL},
                  {"number", lab->number != NULL},
                  {"title", lab->title != NULL},
                  {"files", lab->files.count > 0},
                  {"time", lab->time > 0}};

    for (size_t i = 0; i < sizeof needed / sizeof needed[0]; i++) {
        if (!needed[i].there) {
            return missing(1, "lab", "", needed[i].key);
        }
    }

    if (lab->vcpus_least > RUN_VCPUS_MOST) {
        return format_string("1: vcpus_least is %d, and a boot has at most %d vCPUs",
                             lab->vcpus_least, RUN_VCPUS_MOST);
    }

    char *folder = format_string("%s-%s", lab->number, lab->name);
    bool same = strcmp(folder, lab->folder) == 0;

    free(folder);
    if (!same) {
        return format_string("1: number '%s' and name '%s' do not give the folder's name %s",
                             lab->number, lab->name, lab->folder);
    }
    for (size_t i = 0; i < lab->files.count; i++) {
        if (!stays_inside(lab->files.list[i])) {
            return format_string("1: the file '%s' is not a path inside the tree",
                                 lab->files.list[i]);
        }
    }
    return NULL;
}

static char *validate_needs(const struct lab *lab, const struct check *c)
{
    for (size_t i = 0; i < c->needs.count; i++) {
        const struct check *needed = lab_check(lab, c->needs.list[i]);

        if (needed == NULL || needed >= c) {
            return format_string("%d: check %s needs '%s', which is no check above it", c->line,
                                 c->name, c->needs.list[i]);
        }
        if (needed->kind > c->kind) {
            return format_string("%d: check %s needs '%s', which is made later (%s)", c->line,
                                 c->name, needed->name, check_kind_name(needed->kind));
        }
    }
    return NULL;
}

static char *unknown_value(const struct check *c, const struct words *values)
{
    for (size_t i = 0; i < values->count; i++) {
        if (!expect_knows(values->list[i])) {
            return format_string("%d: check %s: the grader cannot compute a value '%s'", c->line,
                                 c->name, values->list[i]);
        }
    }
    return NULL;
}

/* What a check looks at must fit its kind, and there must be something, or it would always pass. */
static char *validate_evidence(const struct check *c)
{
    bool boots = c->kind == CHECK_DIRECT || c->kind == CHECK_DOMAIN;
    char *wrong;
    bool of_boot = c->values.count > 0 || c->seen.count > 0 || c->stream || c->online || c->end;

    if (c->kind == CHECK_BUILD && (c->tests.count > 0 || of_boot)) {
        return format_string("%d: check %s: a build has no tests, values, stream or end", c->line,
                             c->name);
    }
    if (!boots && of_boot) {
        return format_string("%d: check %s: only a boot has values, stream and end", c->line,
                             c->name);
    }
    if ((c->online || c->seen.count > 0) && c->kind != CHECK_DOMAIN) {
        return format_string("%d: check %s: only in a domain's run does dom0 see anything: who is "
                             "online, what a script saw",
                             c->line, c->name);
    }
    if (c->kind != CHECK_BUILD && c->tests.count == 0 && !of_boot) {
        return format_string("%d: check %s looks at nothing: say tests%s", c->line, c->name,
                             boots ? ", values, stream or end" : "");
    }
    wrong = unknown_value(c, &c->values);
    return wrong != NULL ? wrong : unknown_value(c, &c->seen);
}

static char *validate_check(const struct lab *lab, const struct check *c)
{
    char *wrong;

    if (c->title == NULL) {
        return missing(c->line, "check", c->name, "title");
    }
    if (c->exercise == NULL) {
        return missing(c->line, "check", c->name, "exercise");
    }
    if (lab_exercise(lab, c->exercise) == NULL) {
        return format_string("%d: check %s: there is no [exercise %s]", c->line, c->name,
                             c->exercise);
    }
    wrong = validate_needs(lab, c);
    return wrong != NULL ? wrong : validate_evidence(c);
}

static char *validate_points(const struct lab *lab)
{
    int all = 0;

    for (size_t i = 0; i < lab->exercise_count; i++) {
        const struct exercise *e = &lab->exercises[i];
        int sum = 0;

        if (e->title == NULL) {
            return missing(e->line, "exercise", e->number, "title");
        }
        for (size_t k = 0; k < lab->check_count; k++) {
            sum += strcmp(lab->checks[k].exercise, e->number) == 0 ? lab->checks[k].points : 0;
        }
        if (sum != e->points) {
            return format_string("%d: [exercise %s] has %d points, its checks have %d", e->line,
                                 e->number, e->points, sum);
        }
        all += sum;
    }
    if (all != LAB_FULL_MARK) {
        return format_string("1: all points add up to %d, not to %d", all, LAB_FULL_MARK);
    }
    return NULL;
}

char *lab_validate(const struct lab *lab)
{
    char *wrong = validate_lab(lab);

    for (size_t i = 0; wrong == NULL && i < lab->check_count; i++) {
        wrong = validate_check(lab, &lab->checks[i]);
    }
    return wrong != NULL ? wrong : validate_points(lab);
}
