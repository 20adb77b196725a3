/* A grading as JSON: see json.h. */
#include "json.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <cjson/cJSON.h>

#include "file.h"
#include "printable.h"
#include "sandbox.h"

static void add_text(cJSON *object, const char *key, const char *text)
{
    char *clean = text != NULL ? printable(text) : NULL;

    if (clean != NULL) {
        cJSON_AddStringToObject(object, key, clean);
    } else {
        cJSON_AddNullToObject(object, key);
    }
    free(clean);
}

static void add_lines(cJSON *object, const char *key, const struct text *lines)
{
    cJSON *array = cJSON_AddArrayToObject(object, key);
    char *copy = copy_string(lines->bytes != NULL ? lines->bytes : "");
    char *rest = NULL;

    for (char *line = strtok_r(copy, "\n", &rest); line != NULL;
         line = strtok_r(NULL, "\n", &rest)) {
        char *clean = printable(line);

        cJSON_AddItemToArray(array, cJSON_CreateString(clean));
        free(clean);
    }
    free(copy);
}

static void add_host(cJSON *object)
{
    cJSON *host = cJSON_AddObjectToObject(object, "host");
    struct utsname name;
    char *system;

    uname(&name);
    system = format_string("%s %s %s", name.sysname, name.release, name.machine);
    add_text(host, "system", system);
    cJSON_AddNumberToObject(host, "processors", (double)sysconf(_SC_NPROCESSORS_ONLN));
    free(system);
}

static void add_exercises(cJSON *object, const struct grading *g)
{
    cJSON *array = cJSON_AddArrayToObject(object, "exercises");

    for (size_t i = 0; i < g->lab->exercise_count; i++) {
        const struct exercise *e = &g->lab->exercises[i];
        cJSON *one = cJSON_CreateObject();

        add_text(one, "number", e->number);
        add_text(one, "title", e->title);
        cJSON_AddNumberToObject(one, "points", exercise_score(g, e));
        cJSON_AddNumberToObject(one, "max", e->points);
        cJSON_AddItemToArray(array, one);
    }
}

static void add_hole(cJSON *object, const struct hole *h)
{
    cJSON *hole;

    if (h->exercise == NULL) {
        cJSON_AddNullToObject(object, "hole");
        return;
    }
    hole = cJSON_AddObjectToObject(object, "hole");
    add_text(hole, "exercise", h->exercise);
    add_text(hole, "file", h->file);
    cJSON_AddNumberToObject(hole, "line", (double)h->line);
    add_text(hole, "text", h->text);
}

static cJSON *check_object(const struct grading *g, const struct check *c)
{
    const struct verdict *v = grading_verdict(g, c);
    cJSON *one = cJSON_CreateObject();

    add_text(one, "name", c->name);
    add_text(one, "title", c->title);
    add_text(one, "kind", check_kind_name(c->kind));
    add_text(one, "exercise", c->exercise);
    add_text(one, "result", result_name(v->result));
    cJSON_AddNumberToObject(one, "points", check_score(g, c));
    cJSON_AddNumberToObject(one, "max", c->points);
    add_text(one, "reason", v->reason);
    cJSON_AddNumberToObject(one, "seconds", v->seconds);
    add_text(one, "details", v->details);
    add_text(one, "rule", v->diagnosis.rule);
    add_text(one, "did", v->diagnosis.did);
    add_text(one, "expected", v->diagnosis.expected);
    add_text(one, "usually", v->diagnosis.usually);
    add_text(one, "where", v->diagnosis.where);
    add_hole(one, &v->hole);
    return one;
}

static cJSON *as_json(const struct grading *g)
{
    cJSON *object = cJSON_CreateObject();
    char *token = format_string("%016" PRIx64, g->token),
         *seed = format_string("%" PRIu64, g->seed);
    cJSON *checks;

    add_text(object, "lab", g->lab->name);
    add_text(object, "subject", g->subject);
    cJSON_AddNumberToObject(object, "score", grading_score(g));
    cJSON_AddNumberToObject(object, "max", LAB_FULL_MARK);
    add_text(object, "outcome", grading_is_broken(g) ? "infrastructure" : "graded");
    add_text(object, "token", token);
    add_text(object, "seed", seed);
    cJSON_AddNumberToObject(object, "seconds", g->seconds);
    add_text(object, "sandbox", sandbox_name());
    add_host(object);
    add_lines(object, "ignored", &g->ignored);
    add_lines(object, "missing", &g->missing);
    add_exercises(object, g);
    checks = cJSON_AddArrayToObject(object, "checks");
    for (size_t i = 0; i < g->lab->check_count; i++) {
        cJSON_AddItemToArray(checks, check_object(g, &g->lab->checks[i]));
    }
    free(token);
    free(seed);
    return object;
}

int json_write(const struct grading *g, const char *path)
{
    cJSON *object = as_json(g);
    char *printed = cJSON_Print(object);
    struct text file = {0};
    int error;

    text_printf(&file, "%s\n", printed);
    error = file_write(path, file.bytes, file.length);
    text_free(&file);
    cJSON_free(printed);
    cJSON_Delete(object);
    return error;
}
