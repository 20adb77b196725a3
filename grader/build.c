/* Building: see build.h. What is compiled, and how, stands in build.mk. */
#include "build.h"

#include <stdlib.h>
#include <string.h>

#include "judge.h"
#include "message.h"
#include "printable.h"
#include "process.h"
#include "sandbox.h"

enum {
    PRISTINE_SECONDS = 600,
    STUDENT_SECONDS = 60,
    STUDENT_MEMORY = 1 << 30,
    STUDENT_FILE = 64 << 20,
    MOST_OUTPUT = 256 << 10,
    FIXED = 7
};

/* The words of a call of make; all but the first FIXED are ours to free. */
struct make_call {
    const char *words[16];
    size_t count;
};

static struct make_call make_call(const struct work *work, const struct lab *lab, const char *goal)
{
    /* Of the caller's environment nothing may change what is compiled: a make above us least of all. */
    struct make_call c = {.words = {"env", "-i", "PATH=/usr/bin", "LC_ALL=C.UTF-8", "make",
                                    "--no-print-directory", "--file=grader/build.mk"},
                          .count = FIXED};
    struct text files = {0};

    text_printf(&files, "FILES=");
    for (size_t i = 0; i < lab->files.count; i++) {
        text_printf(&files, "%s%s", i > 0 ? " " : "", lab->files.list[i]);
    }
    c.words[c.count++] = files.bytes;
    c.words[c.count++] = format_string("BUILD=%s", work->build);
    c.words[c.count++] = format_string("OBJECTS=%s", work->objects);
    c.words[c.count++] = format_string("OUT=%s", work->out);
    c.words[c.count++] = format_string("LAB_FOLDER=%s", lab->folder);
    c.words[c.count++] = copy_string("--jobs=2");
    c.words[c.count++] = copy_string(goal);
    return c;
}

static void make_call_free(struct make_call *c)
{
    while (c->count > FIXED) {
        free((char *)c->words[--c->count]);
    }
}

void build_pristine(const struct work *work, const struct lab *lab)
{
    struct make_call call = make_call(work, lab, "pristine");
    struct text output = {0};
    struct process p = {.arguments = call.words,
                        .directory = work->pristine,
                        .seconds = PRISTINE_SECONDS,
                        .output = &output};
    struct process_end end = process_run(&p);

    if (end.status == STATUS_INTERRUPTED) {
        fail(STATUS_INTERRUPTED, "interrupted");
    }
    if (end.status != 0) {
        fail(STATUS_INFRASTRUCTURE, "the lab's own files do not compile:\n%s",
             output.bytes != NULL ? output.bytes : "");
    }
    text_free(&output);
    make_call_free(&call);
}

static struct process_end make_inside(const struct work *work, const struct lab *lab,
                                      const char *goal, struct text *output)
{
    struct make_call call = make_call(work, lab, goal);
    char *xen = format_string("%s/xen", work->build), *complaint;
    struct sandbox s = {
        .arguments = call.words,
        .readable = (const char *const[]){work->tree, work->objects, xen, NULL},
        .writable = work->out,
        .directory = work->tree,
        .seconds = STUDENT_SECONDS,
        .output_limit = MOST_OUTPUT,
        .file_size = STUDENT_FILE,
        .address_space = STUDENT_MEMORY,
        .output = output,
    };
    struct process_end end;

    text_append(output, "", 0);
    end = sandbox_run(&s);
    if (end.status == STATUS_INTERRUPTED) {
        fail(STATUS_INTERRUPTED, "interrupted");
    }
    complaint = sandbox_complaint(output);
    if (complaint != NULL) {
        fail(STATUS_INFRASTRUCTURE, "the sandbox failed: %s", complaint);
    }
    make_call_free(&call);
    free(xen);
    return end;
}

/* The line that matters most in what compiler and linker said. The caller frees it. */
static char *first_error(const struct text *output)
{
    static const char *const signs[] = {"error: ", "undefined reference", "multiple definition",
                                        "Error: "};
    char *clean = printable(output->bytes), *line = NULL, *rest = NULL;
    char *found = NULL;

    for (line = strtok_r(clean, "\n", &rest); line != NULL && found == NULL;
         line = strtok_r(NULL, "\n", &rest)) {
        for (size_t i = 0; i < sizeof signs / sizeof signs[0] && found == NULL; i++) {
            found = strstr(line, signs[i]) != NULL ? copy_string(line) : NULL;
        }
    }
    free(clean);
    return found != NULL ? found : copy_string("the files do not compile");
}

/* Returns NULL, or why the step failed, which the caller frees. */
static char *step(const struct work *work, const struct lab *lab, const char *goal,
                  struct text *output)
{
    struct process_end end = make_inside(work, lab, goal, output);

    if (end.timed_out) {
        return format_string("compiling took longer than %d s", STUDENT_SECONDS);
    }
    if (end.too_long) {
        return copy_string("the compiler's messages fill more than 256 KiB");
    }
    return end.status == 0 ? NULL : first_error(output);
}

static char *build_all(const struct work *work, const struct lab *lab, struct text *output)
{
    char *reason = step(work, lab, "student", output);

    if (reason == NULL) {
        reason = judge_objects(work, lab);
    }
    return reason != NULL ? reason : step(work, lab, "link", output);
}

void build_submission(const struct work *work, struct grading *g)
{
    double start = clock_seconds();
    struct text output = {0};
    char *reason = build_all(work, g->lab, &output);

    for (size_t i = 0; i < g->lab->check_count; i++) {
        const struct check *check = &g->lab->checks[i];
        struct verdict *v = &g->verdicts[i];

        if (check->kind != CHECK_BUILD || !grading_is_due(g, check) || grading_skip(g, check)) {
            continue;
        }
        v->seconds = clock_seconds() - start;
        if (reason == NULL) {
            verdict_set(v, RESULT_PASS, NULL);
        } else {
            verdict_set(v, RESULT_FAIL, "%s", reason);
            v->details = printable(output.bytes);
        }
    }
    free(reason);
    text_free(&output);
}
