/* `make bench`: takes the figures, prints them as a table beside their goals, and writes them as JSON. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "bench.h"
#include "file.h"
#include "message.h"

struct options {
    const char *only; /* names separated by commas; NULL: all */
    const char *json; /* where the figures go; NULL: nowhere */
};

static void help(void)
{
    puts("usage: bench [--only=NAME,...] [--json=FILE]\n"
         "Measures how quick and how small the project is. Names:");
    for (const struct figure *f = figures; f->name != NULL; f++) {
        printf("  %-24s %s\n", f->name, f->unit);
    }
}

/* Whether `name` is one of the words of `list`. */
static bool listed(const char *list, const char *name)
{
    size_t length = strlen(name);

    for (const char *word = list; word != NULL; word = strchr(word, ',')) {
        word += *word == ',';
        if (strncmp(word, name, length) == 0 && (word[length] == ',' || word[length] == '\0')) {
            return true;
        }
    }
    return false;
}

static void check_names(const char *list)
{
    char *copy = copy_string(list);

    for (char *word = strtok(copy, ","); word != NULL; word = strtok(NULL, ",")) {
        const struct figure *f = figures;

        while (f->name != NULL && strcmp(f->name, word) != 0) {
            f++;
        }
        if (f->name == NULL) {
            fail(STATUS_USAGE, "there is no figure '%s'; bench --help lists them", word);
        }
    }
    free(copy);
}

static struct options read_options(char **arguments)
{
    struct options o = {0};

    for (char **a = arguments + 1; *a != NULL; a++) {
        if (strcmp(*a, "--help") == 0) {
            help();
            exit(STATUS_OK);
        } else if (strncmp(*a, "--only=", 7) == 0) {
            o.only = *a + 7;
            check_names(o.only);
        } else if (strncmp(*a, "--json=", 7) == 0) {
            o.json = *a + 7;
        } else {
            fail(STATUS_USAGE, "unknown option '%s'; bench --help says what there is", *a);
        }
    }
    return o;
}

static int by_value(const void *left, const void *right)
{
    double a = *(const double *)left;
    double b = *(const double *)right;

    return (a > b) - (a < b);
}

/* The median of the samples; negative when one could not be taken. */
static double measure(const struct figure *f)
{
    double samples[16];

    for (unsigned i = 0; i < f->samples; i++) {
        samples[i] = f->sample(f);
        if (samples[i] < 0) {
            return -1;
        }
    }
    qsort(samples, f->samples, sizeof samples[0], by_value);
    return samples[f->samples / 2];
}

static void add_json(cJSON *array, const struct figure *f, double value)
{
    cJSON *item = cJSON_CreateObject();

    cJSON_AddStringToObject(item, "name", f->name);
    cJSON_AddNumberToObject(item, "value", value);
    cJSON_AddStringToObject(item, "unit", f->unit);
    cJSON_AddStringToObject(item, "mode", f->mode);
    cJSON_AddNumberToObject(item, "vcpus", f->vcpus);
    cJSON_AddItemToArray(array, item);
}

static void write_json(const char *path, const cJSON *array)
{
    char *text = cJSON_Print(array);
    int error = file_write(path, text, strlen(text));

    if (error != 0) {
        fail(STATUS_USAGE, "cannot write %s: %s", path, strerror(-error));
    }
    free(text);
}

static void print_number(double number, int width)
{
    if (number > 0) {
        printf(" %*.8g", width, number);
    } else {
        printf(" %*s", width, "-");
    }
}

/* The ratio is to what others need or, where that is not known, to the goal. */
static void print_row(const struct figure *f, double value)
{
    double against = f->beat > 0 ? f->beat : f->goal;

    printf("%-24s", f->name);
    print_number(value, 12);
    printf(" %-12s", f->unit);
    print_number(f->goal, 10);
    print_number(f->beat, 10);
    printf(against > 0 ? " %7.3f\n" : "\n", value / against);
}

int main(int count, char **arguments)
{
    struct options options;
    cJSON *array = cJSON_CreateArray();
    int status = STATUS_OK;

    (void)count;
    message_name("bench");
    options = read_options(arguments);
    directory_make("build/bench");
    printf("%-24s %12s %-12s %10s %10s %7s\n", "figure", "value", "unit", "goal", "to beat",
           "ratio");
    for (const struct figure *f = figures; f->name != NULL; f++) {
        double value = options.only == NULL || listed(options.only, f->name) ? measure(f) : -2;

        if (value >= 0) {
            print_row(f, value);
            add_json(array, f, value);
        } else if (value > -2) {
            status = STATUS_FAILED;
        }
        fflush(stdout);
    }
    if (options.json != NULL) {
        write_json(options.json, array);
    }
    cJSON_Delete(array);
    return status;
}
