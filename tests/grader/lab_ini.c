/* lab.ini: what is read, and every kind of mistake with its line. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <CUnit/CUnit.h>

#include "file.h"
#include "lab.h"
#include "tap.h"

static const char good[] = "[lab]\n"
                           "name = demo\n"
                           "number = 07\n"
                           "title = A lab ; with a comment\n"
                           "files = a/b.c\n"
                           "    c.S d.c\n"
                           "empty = 5\n"
                           "time = 20\n"
                           "machine_time = 60\n"
                           "vcpus_least = 2\n"
                           "[exercise 1.1]\n"
                           "title = First\n"
                           "points = 40\n"
                           "[exercise 1.2]\n"
                           "title = Second\n"
                           "points = 60\n"
                           "[check build]\n"
                           "title = it builds\n"
                           "exercise = 1.1\n"
                           "points = 40\n"
                           "kind = build\n"
                           "[check direct.one]\n"
                           "title = it boots\n"
                           "exercise = 1.2\n"
                           "points = 60\n"
                           "kind = direct\n"
                           "needs = build\n"
                           "tests = xen.one xen.two\n"
                           "values = pages\n"
                           "end = yes\n";

static char folder[] = "/tmp/grader-lab.XXXXXX";
static char *path;

/* Write `text` as a lab.ini and read it. Returns what lab_read says. */
static char *read_text(const char *text, struct lab *lab)
{
    if (path == NULL) {
        CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(folder));
        path = format_string("%s/07-demo/lab.ini", folder);
        char *parent = format_string("%s/07-demo", folder);

        mkdir(parent, 0777);
        free(parent);
    }
    CU_ASSERT_EQUAL_FATAL(file_write(path, text, strlen(text)), 0);
    return lab_read(lab, path);
}

static void test_good(void)
{
    struct lab lab;

    CU_ASSERT_PTR_NULL_FATAL(read_text(good, &lab));
    CU_ASSERT_STRING_EQUAL(lab.folder, "07-demo");
    CU_ASSERT_STRING_EQUAL(lab.title, "A lab");
    CU_ASSERT_EQUAL(lab.files.count, 3);
    CU_ASSERT_STRING_EQUAL(lab.files.list[2], "d.c");
    CU_ASSERT_EQUAL(lab.machine_time, 60);
    CU_ASSERT_EQUAL(lab.vcpus_least, 2);
    CU_ASSERT_EQUAL(lab.check_count, 2);
    CU_ASSERT_EQUAL(lab.checks[1].kind, CHECK_DIRECT);
    CU_ASSERT_TRUE(words_have(&lab.checks[1].tests, "xen.two"));
    CU_ASSERT_TRUE(lab.checks[1].end);
    CU_ASSERT_FALSE(lab.checks[1].stream);
    CU_ASSERT_EQUAL(lab.exercises[1].points, 60);
    lab_free(&lab);
}

/* `good` with `from` replaced by `to` must be refused with `line` and with `words`. */
static void check_bad(const char *from, const char *to, int line, const char *words)
{
    const char *at = strstr(good, from);
    char *text = format_string("%.*s%s%s", (int)(at - good), good, to, at + strlen(from));
    struct lab lab;
    char *wrong = read_text(text, &lab);
    char *start = format_string("%s:%d: ", path, line);

    CU_ASSERT_PTR_NOT_NULL_FATAL(wrong);
    if (strncmp(wrong, start, strlen(start)) != 0 || strstr(wrong, words) == NULL ||
        strchr(wrong, '\n') != NULL) {
        CU_FAIL("another message was expected");
        printf("# got: %s\n# expected: %s...%s\n", wrong, start, words);
    }
    free(start);
    free(wrong);
    free(text);
    lab_free(&lab);
}

static void test_lines(void)
{
    check_bad("time = 20", "time 20", 8, "neither [section] nor key = value");
    check_bad("time = 20", "tyme = 20", 8, "unknown key 'tyme'");
    check_bad("time = 20", "time = soon", 8, "'soon' is not a number");
    check_bad("empty = 5", "time = 5", 8, "'time' is given twice");
    check_bad("[exercise 1.2]", "[exercice 1.2]", 15, "unknown section [exercice 1.2]");
    check_bad("kind = direct", "kind = magic", 26, "there is no kind 'magic'");
    check_bad("end = yes", "end = no", 30, "'no': say yes");
}

static void test_long_line(void)
{
    char line[600] = "title = ";

    memset(line + 8, 'x', 500);
    check_bad("title = First", line, 12, "longer than");
}

static void test_lab_section(void)
{
    check_bad("name = demo\n", "", 1, "[lab] wants a 'name'");
    check_bad("time = 20\n", "", 1, "[lab] wants a 'time'");
    check_bad("number = 07", "number = 08", 1, "do not give the folder's name 07-demo");
    check_bad("vcpus_least = 2", "vcpus_least = 5", 1, "a boot has at most 4 vCPUs");
    check_bad("files = a/b.c", "files = ../b.c", 1, "'../b.c' is not a path inside the tree");
    check_bad("files = a/b.c", "files = /etc/passwd", 1, "is not a path inside the tree");
    check_bad("files = a/b.c", "files = a/../../b.c", 1, "is not a path inside the tree");
}

static void test_checks(void)
{
    check_bad("exercise = 1.2", "exercise = 1.3", 23, "there is no [exercise 1.3]");
    check_bad("needs = build", "needs = direct.one", 23, "which is no check above it");
    check_bad("needs = build", "needs = other", 23, "which is no check above it");
    check_bad("kind = build", "kind = domain\nend = yes", 24, "which is made later (domain)");
    check_bad("title = it boots\n", "", 23, "wants a 'title'");
    check_bad("kind = build", "kind = build\nstream = yes", 18, "a build has no tests");
    check_bad("kind = build", "kind = unit\nvalues = pages", 18, "only a boot has values");
    check_bad("kind = build", "kind = unit", 18, "looks at nothing");
    check_bad("values = pages", "online = yes", 23, "only in a domain's run");
    check_bad("values = pages", "seen = pages", 23, "only in a domain's run");
    check_bad("values = pages", "values = phase_of_moon", 23,
              "cannot compute a value 'phase_of_moon'");
}

static void test_points(void)
{
    check_bad("exercise = 1.2\npoints = 60", "exercise = 1.2\npoints = 59", 15,
              "has 60 points, its checks have 59");
    check_bad("exercise = 1.1\npoints = 40", "exercise = 1.1\npoints = 41", 12,
              "has 40 points, its checks have 41");
}

static void test_hundred(void)
{
    struct lab lab;
    char *text = copy_string(good), *wrong;

    memcpy(strstr(text, "points = 60"), "points = 50", 11);
    memcpy(strstr(strstr(text, "exercise = 1.2"), "points = 60"), "points = 50", 11);
    wrong = read_text(text, &lab);
    CU_ASSERT_PTR_NOT_NULL_FATAL(wrong);
    CU_ASSERT_PTR_NOT_NULL(strstr(wrong, "all points add up to 90, not to 100"));
    free(wrong);
    free(text);
    lab_free(&lab);
}

static void test_missing(void)
{
    struct lab lab;
    char *wrong = lab_read(&lab, "/nowhere/lab.ini");

    CU_ASSERT_STRING_EQUAL(wrong, "/nowhere/lab.ini: No such file or directory");
    free(wrong);
    lab_free(&lab);
}

int main(void)
{
    static const struct tap_test tests[] = {
        {"a good one", test_good},
        {"a bad line", test_lines},
        {"a line that is too long", test_long_line},
        {"the section [lab]", test_lab_section},
        {"checks that do not fit", test_checks},
        {"points of an exercise", test_points},
        {"points of all", test_hundred},
        {"no file", test_missing},
    };
    int status = TAP_RUN("lab.ini", tests);

    path_remove(folder);
    free(path);
    return status;
}
