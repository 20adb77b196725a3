/* The kernel's formatting against the C library's, for everything that both can do. */
#include <stardust/print.h>

#include <stdio.h>
#include <string.h>

#include <CUnit/CUnit.h>

#include "../tap/tap.h"

/* Both must give the same text and the same length. */
#define CHECK_SAME(...)                                                                            \
    do {                                                                                           \
        char ours[128], theirs[128];                                                               \
        size_t length = format_text(ours, sizeof ours, __VA_ARGS__);                               \
        CU_ASSERT_EQUAL(length, (size_t)snprintf(theirs, sizeof theirs, __VA_ARGS__));             \
        CU_ASSERT_STRING_EQUAL(ours, theirs);                                                      \
    } while (0)

static void test_numbers(void)
{
    CHECK_SAME("%d %d %d", 0, 1, -1);
    CHECK_SAME("%d %d", 2147483647, -2147483647 - 1);
    CHECK_SAME("%ld %ld", 9223372036854775807L, -9223372036854775807L - 1);
    CHECK_SAME("%u %x", 4294967295u, 4294967295u);
    CHECK_SAME("%lu %lx %zu", 18446744073709551615ul, 18446744073709551615ul, (size_t)7);
    CHECK_SAME("%lld %llx", -5LL, 255ULL);
    CHECK_SAME("%u %u %u %u %u %u %u", 9, 10, 99, 100, 101, 999, 1000);
}

static void test_width(void)
{
    CHECK_SAME("[%5d] [%-5d] [%05d]", 42, 42, 42);
    CHECK_SAME("[%5d] [%05d] [%-6d]", -42, -42, -42);
    CHECK_SAME("[%*d] [%*d] [%016lx] [%3u]", 7, 42, -7, 42, 0xabcul, 1234u);
    CHECK_SAME("[%-16lx] [%4c] [%-4c]", 0xabcul, 'x', 'y');
}

static void test_text(void)
{
    CHECK_SAME("%s|%10s|%-10s|%c", "text", "right", "left", 'x');
    CHECK_SAME("%.3s|%.*s|%.10s|%5.2s", "shortened", 2, "abc", "whole", "ab");
    CHECK_SAME("100%%");
    CHECK_SAME("a%sbb%sccc%sdddd%seeeee%s, and what is longer than a word%s", "1", "22", "333",
               "4444", "55555", "");
}

static void test_pointer(void)
{
    char text[32];

    format_text(text, sizeof text, "%p", (void *)0x401000);
    CU_ASSERT_STRING_EQUAL(text, "0x401000");
}

static void test_null_string(void)
{
    char text[32];
    const char *volatile nothing = NULL;

    format_text(text, sizeof text, "%s", nothing);
    CU_ASSERT_STRING_EQUAL(text, "(null)");
}

/* What does not fit is cut off, and the byte after the buffer stays as it was. */
static void test_cut_off(void)
{
    char text[8];

    memset(text, '#', sizeof text);
    CU_ASSERT_EQUAL(format_text(text, 5, "%s", "abcdefgh"), 8);
    CU_ASSERT_STRING_EQUAL(text, "abcd");
    CU_ASSERT_EQUAL(text[5], '#');
    CU_ASSERT_EQUAL(format_text(text, 1, "%d", 12345), 5);
    CU_ASSERT_STRING_EQUAL(text, "");
}

static void test_ends_in_percent(void)
{
    char text[8];
    const char *volatile format = "50%";

    format_text(text, sizeof text, format, 0);
    CU_ASSERT_EQUAL(memcmp(text, "50", 2), 0);
}

int main(void)
{
    static const struct tap_test tests[] = {
        {"numbers, up to the largest and the smallest", test_numbers},
        {"width, zeros and alignment", test_width},
        {"text, precision, a percent sign", test_text},
        {"a pointer", test_pointer},
        {"a NULL string is no crash", test_null_string},
        {"text that does not fit is cut off and counted", test_cut_off},
        {"a format that ends in a percent sign", test_ends_in_percent},
    };

    return TAP_RUN("format", tests);
}
