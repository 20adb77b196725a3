/* The table of levels, and the reading of lab.ini. */
#include <string.h>

#include <CUnit/CUnit.h>

#include "lab.h"
#include "level.h"
#include "tap.h"

static const char table[] =
    "# comment a.c\nLEVEL_NAMES := boot paging smp\n\nKERNEL_1 := a.c \\\n    b/a.c\n"
    "KERNEL_2 := c.c \\\n    d.c\nKERNEL_12 := e.c\nOTHER := c.c\n";

static struct text text_of(const char *string)
{
    struct text t = {0};

    text_append(&t, string, strlen(string));
    return t;
}

static void test_above(void)
{
    struct text t = text_of(table);

    CU_ASSERT_FALSE(level_is_above(&t, "a.c", 1));
    CU_ASSERT_FALSE(level_is_above(&t, "not there.c", 1));
    CU_ASSERT_TRUE(level_is_above(&t, "d.c", 1));
    CU_ASSERT_FALSE(level_is_above(&t, "d.c", 2));
    CU_ASSERT_TRUE(level_is_above(&t, "e.c", 2));
    text_free(&t);
}

static void test_cut(void)
{
    struct text t = text_of(table), out = {0};

    level_cut(&t, 1, &out);
    CU_ASSERT_STRING_EQUAL(
        out.bytes,
        "# comment a.c\nLEVEL_NAMES := boot paging smp\n\nKERNEL_1 := a.c \\\n    b/a.c\n"
        "OTHER := c.c\n");
    text_free(&t);
    text_free(&out);
}

static void test_names(void)
{
    struct text t = text_of(table);
    size_t length;
    const char *name = level_name(&t, 3, &length);

    CU_ASSERT_PTR_NOT_NULL_FATAL(name);
    CU_ASSERT(length == 3 && strncmp(name, "smp", length) == 0);
    CU_ASSERT_PTR_NULL(level_name(&t, 4, &length));
    text_free(&t);
}

/* Read labs/FOLDER/lab.ini holding `ini`; the complaints must be `errors`. The caller frees the labs. */
static struct labs read_ini(const char *path, const char *ini, const char *errors)
{
    struct tree tree = {0};
    struct labs labs = {0};
    struct text said = {0};

    text_append(&said, "", 0);
    text_append(&tree_add(&tree, path, false)->bytes, ini, strlen(ini));
    labs_read(&tree, &labs, &said);
    CU_ASSERT_STRING_EQUAL(said.bytes, errors);
    tree_free(&tree);
    text_free(&said);
    return labs;
}

static void test_ini(void)
{
    struct labs labs =
        read_ini("labs/02-paging/lab.ini",
                 "[lab]\nname = paging\nnumber = 02\ntitle = T ; comment\nfiles = a.c b.c\n   c.c\n"
                 "[exercise 2.1]\ntitle = E\npoints = 5\n[check x]\ntitle = ignored\n",
                 "");

    CU_ASSERT_EQUAL_FATAL(labs.count, 1);
    CU_ASSERT_EQUAL(labs.list[0].number, 2);
    CU_ASSERT_STRING_EQUAL(labs.list[0].title, "T");
    CU_ASSERT_EQUAL(labs.list[0].file_count, 3);
    CU_ASSERT_TRUE(lab_owns(&labs.list[0], "c.c"));
    CU_ASSERT_FALSE(lab_owns(&labs.list[0], "d.c"));
    CU_ASSERT_PTR_NOT_NULL(lab_exercise(&labs.list[0], "2.1"));
    labs_free(&labs);
}

static void test_bad_ini(void)
{
    struct labs labs = read_ini(
        "labs/01-boot/lab.ini", "[lab]\nname = boot\nnumber = 02\ntitle = T\nfiles = a.c\n",
        "labs/01-boot/lab.ini: number and name should give the folder's name, but give "
        "'02-boot'\n");

    labs_free(&labs);
    labs = read_ini("labs/01-boot/lab.ini",
                    "[lab]\nname = boot\nnumber = 01\nnonsense\n[exercise 1.1]\ntitle = T\n",
                    "labs/01-boot/lab.ini:4: neither [section] nor key = value\n"
                    "labs/01-boot/lab.ini: [lab] wants a title\n"
                    "labs/01-boot/lab.ini: [lab] wants files, the student's\n"
                    "labs/01-boot/lab.ini: [exercise 1.1] wants a title and points\n");
    labs_free(&labs);
}

int main(void)
{
    static const struct tap_test tests[] = {
        {"a file's level", test_above},          {"rows above a level are cut", test_cut},
        {"the levels' names", test_names},       {"a lab.ini is read", test_ini},
        {"a bad lab.ini is told", test_bad_ini},
    };

    return TAP_RUN("labs", tests);
}
