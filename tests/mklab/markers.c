/* The marker parser, given each shape of hole that is right, and each that is wrong with the line that it must print. */
#include <stdio.h>
#include <string.h>

#include <CUnit/CUnit.h>

#include "marker.h"
#include "tap.h"

#define BEGIN "int f(void)\n{\n"
#define HOLE                                                                                       \
    "#ifdef SOLUTION_BOOT\n    return 1;\n#else\n    LAB_TODO(boot, \"1.1\", "                     \
    "\"answer\");\n#endif\n"
#define FORM   "a hole opens with '#ifdef SOLUTION_NAME' and no other form\n"
#define PLACE  "a SOLUTION_ name may stand only in '#ifdef SOLUTION_NAME'\n"
#define BODY   "a hole is a whole function body: "
#define AS     "LAB_TODO(boot, \"1.1\", \"answer\")\n"
#define BRANCH "#else\n    LAB_TODO(boot, \"1.1\", \"answer\");\n"

static void expect_in(const char *path, const char *source, const char *errors, size_t count)
{
    struct text file = {0}, said = {0};
    struct holes holes = {0};

    text_append(&file, source, strlen(source));
    text_append(&said, "", 0);
    markers_read(path, &file, &holes, &said);
    CU_ASSERT_STRING_EQUAL(said.bytes, errors);
    CU_ASSERT_EQUAL(holes.count, count);
    if (strcmp(said.bytes, errors) != 0) {
        printf("# %s\n# printed:  %s# expected: %s\n", source, said.bytes, errors);
    }
    holes_free(&holes);
    text_free(&file);
    text_free(&said);
}

/* A file "a.c" with `source` must give exactly `errors` and `count` holes. */
static void expect(const char *source, const char *errors, size_t count)
{
    expect_in("a.c", source, errors, count);
}

static void test_body(void)
{
    expect(BEGIN HOLE "}\n", "", 1);
    expect(BEGIN HOLE "}\n\n" BEGIN HOLE "}", "", 2);
    expect(BEGIN "/* why */\n# ifdef SOLUTION_BOOT /* a { */\n#else // b\nLAB_TODO ( boot , "
                 "\"1.1\" , \"x\" \n \"y\" ) ;\n"
                 "#endif /* SOLUTION_BOOT */\n\n}\n",
           "", 1);
}

static void test_whole_functions(void)
{
    expect("#ifdef SOLUTION_BOOT\nstatic int g(void)\n{\n    return 1;\n}\n" BEGIN
           "return g();\n}\n#else\n" BEGIN AS ";\n}\n#endif\nint x;\n",
           "", 1);
}

static void test_other_conditionals(void)
{
    expect(BEGIN
           "#ifdef SOLUTION_BOOT\n#ifdef A\n    if (a) {\n#else\n    {\n#endif\n    }\n" BRANCH
           "#endif\n}\n",
           "", 1);
    expect("#if defined(A)\n" BEGIN HOLE "}\n#elif B\n#endif\n", "", 1);
}

static void test_words_are_no_code(void)
{
    expect("const char *s = \"#ifdef SOLUTION_BOOT LAB_TODO(\\\" x)\";\n/*\n#ifdef "
           "SOLUTION_BOOT\nLAB_TODO(a)\n*/\n",
           "", 0);
    expect(
        "#define LAB_TODO(lab, exercise, text) \\\n    LAB_TODO(a, b, c)\nint LAB_TODOS(void);\n",
        "", 0);
    expect("/*\n * LAB_TODO(boot, \"1.1\", \"x\") * LAB_TODO(x)\n * SOLUTION_BOOT\n */\n", "", 0);
    expect_in("a.mk", "# rules for build/*.c, don't\nDEFINES := -DSOLUTION_BOOT\n", "", 0);
}

static void test_fields(void)
{
    struct text file = {0}, said = {0};
    struct holes holes = {0};
    const char *source = BEGIN "#ifdef SOLUTION_BOOT\n\n#else\nLAB_TODO(boot, \"1.1\", \"a "
                               "\\\"b\\\" \"\n \"c\");\n#endif\n}\n";

    text_append(&file, source, strlen(source));
    markers_read("a.c", &file, &holes, &said);
    CU_ASSERT_EQUAL_FATAL(holes.count, 1);
    CU_ASSERT_STRING_EQUAL(holes.list[0].lab, "boot");
    CU_ASSERT_STRING_EQUAL(holes.list[0].exercise, "1.1");
    CU_ASSERT_STRING_EQUAL(holes.list[0].text, "a \"b\" c");
    CU_ASSERT_EQUAL(holes.list[0].first, 3);
    CU_ASSERT_EQUAL(holes.list[0].middle, 5);
    CU_ASSERT_EQUAL(holes.list[0].todo, 6);
    CU_ASSERT_EQUAL(holes.list[0].last, 8);
    holes_free(&holes);
    text_free(&file);
}

static void test_forms(void)
{
    expect("#if defined(SOLUTION_BOOT)\n#endif\n", "a.c:1: " FORM, 0);
    expect("#ifndef SOLUTION_BOOT\nLAB_TODO(boot, \"1.1\", \"x\");\n#endif\n", "a.c:1: " FORM, 0);
    expect("#ifdef SOLUTION_BOOT && A\n#endif\n", "a.c:1: " FORM, 0);
    expect("#ifdef A\n#elif SOLUTION_BOOT\n#endif\n", "a.c:2: " FORM, 0);
    expect("#define SOLUTION_BOOT 1\n", "a.c:1: " PLACE, 0);
    expect("\nint a = SOLUTION_BOOT;\n", "a.c:2: " PLACE, 0);
    expect(BEGIN "#ifdef SOLUTION_BOOT\n#elif A\n" BRANCH "#endif\n}\n",
           "a.c:4: #elif in a hole: a hole has one #else\n", 1);
}

static void test_structure(void)
{
    expect(BEGIN "#ifdef SOLUTION_BOOT\n    x();\n#endif\n}\n",
           "a.c:3: a hole without #else: there is nothing for the student to see\n", 1);
    expect(BEGIN "#ifdef SOLUTION_BOOT\n#else\n#endif\n}\n",
           "a.c:3: a hole without LAB_TODO in its #else part\n", 1);
    expect(BEGIN "#ifdef SOLUTION_BOOT\n" BRANCH "}\n", "a.c:3: a hole without #endif\n", 1);
    expect(BEGIN "#ifdef SOLUTION_BOOT\n" BRANCH "#else\n#endif\n}\n",
           "a.c:6: a second #else in a hole\n", 1);
    expect(BEGIN "#ifdef SOLUTION_BOOT\n#ifdef SOLUTION_BOOT\n" BRANCH "#endif\n" BRANCH
                 "#endif\n}\n",
           "a.c:4: a hole inside the hole of line 3\n", 1);
}

static void test_todo(void)
{
    expect("\n" AS, "a.c:2: LAB_TODO outside the #else part of a hole\n", 0);
    expect(BEGIN "#ifdef SOLUTION_BOOT\n" AS BRANCH "#endif\n}\n",
           "a.c:4: LAB_TODO outside the #else part of a hole\n", 1);
    expect(BEGIN "#ifdef SOLUTION_BOOT\n" BRANCH AS "#endif\n}\n",
           "a.c:6: a second LAB_TODO in one hole\n", 1);
    expect(BEGIN "#ifdef SOLUTION_SMP\n" BRANCH "#endif\n}\n",
           "a.c:5: LAB_TODO of lab 'boot' in a hole of lab 'smp'\n", 1);
    expect(BEGIN "#ifdef SOLUTION_BOOT\n#else\nLAB_TODO(boot, 1.1, \"x\");\n#endif\n}\n",
           "a.c:5: a LAB_TODO is written LAB_TODO(lab, \"exercise\", \"text\")\n", 1);
    expect(BEGIN "#ifdef SOLUTION_BOOT\n#else\nLAB_TODO(boot, \"1.1\", \"no end\n);\n#endif\n}\n",
           "a.c:5: a LAB_TODO is written LAB_TODO(lab, \"exercise\", \"text\")\n", 1);
    expect(BEGIN "#ifdef SOLUTION_BOOT\n#else\nLAB_TODO(boot, \"1.1\", \" \");\n#endif\n}\n",
           "a.c:5: a LAB_TODO without a text: say what there is to do\n", 1);
}

static void test_part_of_a_body(void)
{
    expect(BEGIN "    int a;\n" HOLE "}\n",
           "a.c:4: " BODY "'{' alone at the start of a line should stand before its #ifdef\n", 1);
    expect(BEGIN HOLE "    return 2;\n}\n",
           "a.c:3: " BODY "'}' at the start of a line should follow its #endif\n", 1);
    expect(BEGIN HOLE, "a.c:3: " BODY "'}' at the start of a line should follow its #endif\n", 1);
    expect(BEGIN "#ifdef SOLUTION_BOOT\n    if (a) {\n" BRANCH "#endif\n}\n",
           "a.c:3: " BODY "the braces of a part of it do not match\n", 1);
    expect(BEGIN "#ifdef SOLUTION_BOOT\n}\nint g(void)\n{\n" BRANCH "#endif\n}\n",
           "a.c:3: " BODY "the braces of a part of it do not match\n", 1);
}

static void test_assembly(void)
{
    expect_in("a.S",
              "# don't\nf:\n#ifdef SOLUTION_BOOT\n    ret\n#else\n    " AS
              "#endif\n    .size f, . - f\n",
              "", 1);
    expect_in("a.S", "f:\n    nop\n#ifdef SOLUTION_BOOT\n    ret\n#else\n    " AS "#endif\n",
              "a.S:3: " BODY "an instruction stands before its #ifdef\n", 1);
    expect_in("a.S", "f:\n#ifdef SOLUTION_BOOT\n    nop\n#else\n    " AS "#endif\n    ret\n",
              "a.S:2: " BODY "an instruction follows its #endif\n", 1);
}

int main(void)
{
    static const struct tap_test tests[] = {
        {"a hole fills a function", test_body},
        {"a hole holds whole functions", test_whole_functions},
        {"other conditionals inside and around a hole", test_other_conditionals},
        {"comments and strings are no markers", test_words_are_no_code},
        {"a hole's lines and texts", test_fields},
        {"other forms of a marker are refused", test_forms},
        {"what a hole lacks or has twice", test_structure},
        {"a LAB_TODO that is wrong or in a wrong place", test_todo},
        {"a hole that is only part of a body", test_part_of_a_body},
        {"holes in assembly", test_assembly},
    };

    return TAP_RUN("markers", tests);
}
