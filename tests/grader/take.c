/* Taking a submission's files: no link, no folder, no pipe, nothing huge. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <CUnit/CUnit.h>

#include "file.h"
#include "take.h"
#include "tap.h"

static char folder[] = "/tmp/grader-take.XXXXXX";

static char *in_folder(const char *path)
{
    return format_string("%s/%s", folder, path);
}

static void put(const char *path, size_t length)
{
    char *place = in_folder(path), *bytes = allocate(length);

    memset(bytes, 'x', length);
    CU_ASSERT_EQUAL_FATAL(file_write(place, bytes, length), 0);
    free(place);
    free(bytes);
}

static void make_folder(const char *path)
{
    char *place = in_folder(path);

    CU_ASSERT_EQUAL_FATAL(directory_make(place), 0);
    free(place);
}

static void make_link(const char *target, const char *path)
{
    char *place = in_folder(path);

    CU_ASSERT_EQUAL_FATAL(symlink(target, place), 0);
    free(place);
}

static void check_taken(const char *path, const char *reason)
{
    struct text bytes = {0};
    const char *said = take_file(folder, path, &bytes);

    if (reason == NULL ? said != NULL : said == NULL || strcmp(said, reason) != 0) {
        CU_FAIL("another answer was expected");
        printf("# %s: %s\n", path, said != NULL ? said : "taken");
    }
    text_free(&bytes);
}

static void test_regular(void)
{
    make_folder("a/b");
    put("a/b/good.c", 100);
    put("a/b/empty.c", 0);
    put("a/b/largest.c", TAKE_MOST_BYTES);
    check_taken("a/b/good.c", NULL);
    check_taken("a/b/empty.c", NULL);
    check_taken("a/b/largest.c", NULL);
}

static void test_missing(void)
{
    check_taken("a/b/none.c", TAKE_MISSING);
    check_taken("none/b/none.c", TAKE_MISSING);
    check_taken("a/b/good.c/x.c", TAKE_MISSING);
}

static void test_links(void)
{
    make_link("good.c", "a/b/link.c");
    make_link("/etc/passwd", "a/b/outside.c");
    make_link("a/b", "linked");
    check_taken("a/b/link.c", "is a symbolic link");
    check_taken("a/b/outside.c", "is a symbolic link");
    check_taken("linked/good.c", "is a symbolic link");
}

static void test_upwards(void)
{
    put("a/secret", 10);
    check_taken("a/b/../secret", "is a symbolic link");
    check_taken("../etc/passwd", "is a symbolic link");
}

static void test_others(void)
{
    char *pipe = in_folder("a/pipe.c");

    make_folder("a/folder.c");
    CU_ASSERT_EQUAL(mkfifo(pipe, 0666), 0);
    check_taken("a/folder.c", "is not a regular file");
    check_taken("a/pipe.c", "is not a regular file");
    free(pipe);
}

static void test_too_big(void)
{
    put("a/huge.c", TAKE_MOST_BYTES + 1);
    check_taken("a/huge.c", "is larger than 256 KiB");
}

static void test_ignored(void)
{
    static char taken[] = "mine.c";
    char *const mine[] = {taken};
    char *submission = in_folder("submission"), *pristine = in_folder("pristine");
    struct text lines = {0};

    make_folder("submission/.git");
    make_folder("submission/build");
    make_folder("pristine");
    put("submission/mine.c", 5);
    put("submission/same.c", 5);
    put("pristine/same.c", 5);
    put("submission/changed.h", 5);
    put("pristine/changed.h", 6);
    put("submission/added.c", 5);
    put("submission/notes.txt", 5);
    put("submission/build/x.c", 5);
    put("submission/.git/x.c", 5);
    CU_ASSERT_EQUAL(take_list_ignored(submission, pristine, mine, 1, &lines), 2);
    CU_ASSERT_PTR_NOT_NULL(strstr(lines.bytes, "changed.h\n"));
    CU_ASSERT_PTR_NOT_NULL(strstr(lines.bytes, "added.c\n"));
    text_free(&lines);
    free(submission);
    free(pristine);
}

int main(void)
{
    static const struct tap_test tests[] = {
        {"regular files", test_regular},
        {"files that are not there", test_missing},
        {"symbolic links, at the end and on the way", test_links},
        {"paths that lead upwards", test_upwards},
        {"a folder, a pipe", test_others},
        {"a file that is too big", test_too_big},
        {"what is left aside is named", test_ignored},
    };
    int status = mkdtemp(folder) != NULL ? TAP_RUN("take", tests) : EXIT_FAILURE;

    path_remove(folder);
    return status;
}
