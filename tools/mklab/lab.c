/* The labs of a tree: see lab.h. */
#include "lab.h"

#include <ctype.h>
#include <ini.h>
#include <stdlib.h>
#include <string.h>

#include "message.h"

/* inih reads no longer lines, and would take the rest of one for a line of its own. */
enum { LONGEST_LINE = INI_MAX_LINE - 2 };

static void set(char **field, const char *value)
{
    free(*field);
    *field = copy_string(value);
}

static void add_files(struct lab *lab, const char *value)
{
    static const char blanks[] = " \t";
    struct text name = {0};

    for (value += strspn(value, blanks); *value != '\0'; value += strspn(value, blanks)) {
        size_t length = strcspn(value, blanks);

        text_append(&name, value, length);
        lab->files = reallocate(lab->files, (lab->file_count + 1) * sizeof *lab->files);
        lab->files[lab->file_count++] = name.bytes;
        name = (struct text){0};
        value += length;
    }
}

static void set_lab(struct lab *lab, const char *key, const char *value)
{
    struct {
        const char *key;
        char **field;
    } fields[] = {{"name", &lab->name},
                  {"number", &lab->digits},
                  {"title", &lab->title},
                  {"difficulty", &lab->difficulty},
                  {"hours", &lab->hours}};

    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        if (strcmp(key, fields[i].key) == 0) {
            set(fields[i].field, value);
        }
    }
    if (strcmp(key, "files") == 0) {
        add_files(lab, value);
    }
}

static void set_exercise(struct lab *lab, const char *number, const char *key, const char *value)
{
    struct exercise *e = lab_exercise(lab, number);

    if (e == NULL) {
        lab->exercises =
            reallocate(lab->exercises, (lab->exercise_count + 1) * sizeof *lab->exercises);
        e = &lab->exercises[lab->exercise_count++];
        *e = (struct exercise){.number = copy_string(number)};
    }
    if (strcmp(key, "title") == 0) {
        set(&e->title, value);
    } else if (strcmp(key, "points") == 0) {
        set(&e->points, value);
    }
}

static int take_line(void *user, const char *section, const char *key, const char *value)
{
    static const char exercise[] = "exercise ";

    if (strcmp(section, "lab") == 0) {
        set_lab(user, key, value);
    } else if (path_within(section, exercise)) {
        set_exercise(user, section + strlen(exercise), key, value);
    }
    return 1;
}

static size_t long_line(const char *at)
{
    for (size_t number = 1; *at != '\0'; number++) {
        size_t length = strcspn(at, "\n");

        if (length > LONGEST_LINE) {
            return number;
        }
        at += length + (at[length] == '\n');
    }
    return 0;
}

static void validate(const struct lab *lab, struct text *errors)
{
    char *folder = format_string("%s-%s", lab->digits != NULL ? lab->digits : "",
                                 lab->name != NULL ? lab->name : "");

    if (lab->name == NULL ||
        lab->name[strspn(lab->name, "abcdefghijklmnopqrstuvwxyz0123456789")] != '\0') {
        text_printf(errors, "%s: [lab] wants a name of small letters and digits\n", lab->path);
    } else if (lab->number < 1 || strcmp(folder, lab->folder) != 0) {
        text_printf(errors, "%s: number and name should give the folder's name, but give '%s'\n",
                    lab->path, folder);
    }
    if (lab->title == NULL) {
        text_printf(errors, "%s: [lab] wants a title\n", lab->path);
    }
    if (lab->file_count == 0) {
        text_printf(errors, "%s: [lab] wants files, the student's\n", lab->path);
    }
    for (size_t i = 0; i < lab->exercise_count; i++) {
        if (lab->exercises[i].title == NULL || lab->exercises[i].points == NULL) {
            text_printf(errors, "%s: [exercise %s] wants a title and points\n", lab->path,
                        lab->exercises[i].number);
        }
    }
    free(folder);
}

static void read_lab(const struct tree_file *file, struct labs *labs, struct text *errors)
{
    size_t start = strlen("labs/"), tail = strlen("/lab.ini");
    struct lab lab = {.path = copy_string(file->path), .folder = copy_string(file->path + start)};
    size_t wrong = long_line(file->bytes.bytes);

    lab.folder[strlen(lab.folder) - tail] = '\0';
    if (wrong != 0) {
        text_printf(errors, "%s:%zu: the line is longer than %d characters\n", lab.path, wrong,
                    LONGEST_LINE);
    }

    int line = ini_parse_string(file->bytes.bytes, take_line, &lab);

    if (line != 0) {
        text_printf(errors, "%s:%d: neither [section] nor key = value\n", lab.path, line);
    }
    lab.number = lab.digits != NULL ? atoi(lab.digits) : 0;
    validate(&lab, errors);
    if (labs->count > 0 && labs->list[labs->count - 1].number == lab.number) {
        text_printf(errors, "%s: a second lab of number %d\n", lab.path, lab.number);
    }
    labs->list = reallocate(labs->list, (labs->count + 1) * sizeof *labs->list);
    labs->list[labs->count++] = lab;
}

/* labs/FOLDER/lab.ini, and no deeper? */
static bool is_lab_file(const char *path)
{
    const char *folder = path + strlen("labs/");

    return path_within(path, "labs/") && strchr(folder, '/') != NULL &&
           strcmp(strchr(folder, '/'), "/lab.ini") == 0;
}

void labs_read(const struct tree *tree, struct labs *labs, struct text *errors)
{
    /* The tree is sorted by path, and every folder begins with the lab's number: so the labs come in order. */
    for (size_t i = 0; i < tree->count; i++) {
        if (is_lab_file(tree->files[i].path)) {
            read_lab(&tree->files[i], labs, errors);
        }
    }
}

struct lab *labs_find(const struct labs *labs, const char *name)
{
    for (size_t i = 0; i < labs->count; i++) {
        if (labs->list[i].name != NULL && strcmp(labs->list[i].name, name) == 0) {
            return &labs->list[i];
        }
    }
    return NULL;
}

char *labs_names(const struct labs *labs)
{
    struct text t = {0};

    text_append(&t, "", 0);
    for (size_t i = 0; i < labs->count; i++) {
        if (labs->list[i].name != NULL) {
            text_printf(&t, "%s%s", t.length > 0 ? ", " : "", labs->list[i].name);
        }
    }
    if (t.length == 0) {
        text_printf(&t, "none");
    }
    return t.bytes;
}

struct lab *labs_want(const struct labs *labs, const char *name)
{
    struct lab *lab = labs_find(labs, name);
    char *names = labs_names(labs);

    if (name[0] == '\0') {
        fail(STATUS_USAGE, "which lab? Say LAB=NAME; labs: %s", names);
    }
    if (lab == NULL) {
        fail(STATUS_USAGE, "unknown LAB '%s'; labs: %s", name, names);
    }
    free(names);
    return lab;
}

struct exercise *lab_exercise(const struct lab *lab, const char *number)
{
    for (size_t i = 0; i < lab->exercise_count; i++) {
        if (strcmp(lab->exercises[i].number, number) == 0) {
            return &lab->exercises[i];
        }
    }
    return NULL;
}

bool lab_owns(const struct lab *lab, const char *path)
{
    for (size_t i = 0; i < lab->file_count; i++) {
        if (strcmp(lab->files[i], path) == 0) {
            return true;
        }
    }
    return false;
}

static void lab_free(struct lab *lab)
{
    char *strings[] = {lab->folder, lab->path,       lab->name, lab->digits,
                       lab->title,  lab->difficulty, lab->hours};

    for (size_t i = 0; i < sizeof strings / sizeof strings[0]; i++) {
        free(strings[i]);
    }
    for (size_t i = 0; i < lab->file_count; i++) {
        free(lab->files[i]);
    }
    free(lab->files);
    for (size_t i = 0; i < lab->exercise_count; i++) {
        free(lab->exercises[i].number);
        free(lab->exercises[i].title);
        free(lab->exercises[i].points);
    }
    free(lab->exercises);
}

void labs_free(struct labs *labs)
{
    for (size_t i = 0; i < labs->count; i++) {
        lab_free(&labs->list[i]);
    }
    free(labs->list);
    *labs = (struct labs){0};
}
