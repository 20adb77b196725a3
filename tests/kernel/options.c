/* The kernel's command line. */
#include <stardust/options.h>

#include <string.h>

#include <CUnit/CUnit.h>

#include "../tap/tap.h"

static void test_text(void)
{
    char value[16];

    CU_ASSERT_TRUE(option_text("a=1 name=value b", "name", value, sizeof value));
    CU_ASSERT_STRING_EQUAL(value, "value");
    CU_ASSERT_TRUE(option_text("quiet", "quiet", value, sizeof value));
    CU_ASSERT_STRING_EQUAL(value, "");
    CU_ASSERT_TRUE(option_text("  name=  ", "name", value, sizeof value));
    CU_ASSERT_STRING_EQUAL(value, "");
}

static void test_absent(void)
{
    char value[16] = "before";

    CU_ASSERT_FALSE(option_text("names=1 nam=2 xname=3", "name", value, sizeof value));
    CU_ASSERT_STRING_EQUAL(value, "");
    CU_ASSERT_FALSE(option_text("", "name", value, sizeof value));
}

static void test_last_counts(void)
{
    char value[16];

    CU_ASSERT_TRUE(option_text("a=1 a=2", "a", value, sizeof value));
    CU_ASSERT_STRING_EQUAL(value, "2");
}

static void test_cut_off(void)
{
    char value[4];

    CU_ASSERT_TRUE(option_text("a=12345", "a", value, sizeof value));
    CU_ASSERT_STRING_EQUAL(value, "123");
}

static void test_separator(void)
{
    char value[16];

    CU_ASSERT_FALSE(option_text("-- a=1", "a", value, sizeof value));
    CU_ASSERT_TRUE(option_text("a=0 -- a=1", "a", value, sizeof value));
    CU_ASSERT_STRING_EQUAL(value, "0");
    CU_ASSERT_STRING_EQUAL(option_application_words("a=0 -- x y"), " x y");
    CU_ASSERT_STRING_EQUAL(option_application_words("a=0 --x"), "");
    CU_ASSERT_STRING_EQUAL(option_application_words("--"), "");
    CU_ASSERT_STRING_EQUAL(option_application_words(""), "");
}

static void test_number(void)
{
    CU_ASSERT_EQUAL(option_number("n=42", "n", 7), 42);
    CU_ASSERT_EQUAL(option_number("n=0x2A", "n", 7), 42);
    CU_ASSERT_EQUAL(option_number("n=18446744073709551615", "n", 7), UINT64_MAX);
}

static void test_no_number(void)
{
    static const char *const lines[] = {
        "",
        "n",
        "n=",
        "n=0x",
        "n=12x",
        "n=-1",
        "n=18446744073709551616",
        "n=184467440737095516150000",
    };

    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        CU_ASSERT_EQUAL(option_number(lines[i], "n", 7), 7);
    }
}

int main(void)
{
    static const struct tap_test tests[] = {
        {"a value, a flag, an empty value", test_text},
        {"not given, and names that only look alike", test_absent},
        {"given twice, the last one counts", test_last_counts},
        {"a long value is cut off", test_cut_off},
        {"what follows -- is the application's", test_separator},
        {"numbers, decimal and hexadecimal", test_number},
        {"what is no number gives the other value", test_no_number},
    };

    return TAP_RUN("options", tests);
}
