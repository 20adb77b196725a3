/* Editing a line: kernel/xen/console_line.c. */
#include <kernel/xen/console_line.h>

#include <stdio.h>
#include <string.h>

#include <CUnit/CUnit.h>

#include "../tap/tap.h"

static struct console_line line;
static char shown[4096];

/* Type this, from an empty line on, until it is complete; keep what is shown. Returns the bytes that it took. */
static size_t type(const char *keys, size_t length)
{
    char echo[CONSOLE_ECHO_MOST];
    size_t used = 0;
    size_t at = 0;

    line = (struct console_line){0};
    while (used < length && !line.complete) {
        size_t count = console_line_type(&line, keys[used++], echo);

        memcpy(shown + at, echo, count);
        at += count;
    }
    shown[at] = '\0';
    return used;
}

/* What a reader gets for these keys, which must complete a line. */
static const char *given(const char *keys)
{
    static char bytes[CONSOLE_LINE_SIZE + 1];

    CU_ASSERT_EQUAL(type(keys, strlen(keys)), strlen(keys));
    CU_ASSERT_TRUE(line.complete);
    bytes[console_line_give(&line, bytes, CONSOLE_LINE_SIZE)] = '\0';
    return bytes;
}

static void test_enter(void)
{
    CU_ASSERT_STRING_EQUAL(given("ab\r"), "ab\n");
    CU_ASSERT_STRING_EQUAL(shown, "ab\n");
    CU_ASSERT_STRING_EQUAL(given("\n"), "\n");
}

/* Carriage return and line feed together are one key, also when a reader comes in between; alone, each is. */
static void test_return_and_line_feed(void)
{
    char echo[CONSOLE_ECHO_MOST];
    char byte;

    type("a\r", 2);
    console_line_give(&line, &byte, 1);
    console_line_give(&line, &byte, 1);
    CU_ASSERT_EQUAL(console_line_type(&line, '\n', echo), 0);
    CU_ASSERT_FALSE(line.complete);
    CU_ASSERT_EQUAL(console_line_type(&line, '\n', echo), 1);
    CU_ASSERT_TRUE(line.complete);
}

static void test_backspace(void)
{
    CU_ASSERT_STRING_EQUAL(given("ax\bb\n"), "ab\n");
    CU_ASSERT_STRING_EQUAL(shown, "ax\b \bb\n");
    CU_ASSERT_STRING_EQUAL(given("\b\x7f"
                                 "a\n"),
                           "a\n");
    CU_ASSERT_STRING_EQUAL(shown, "a\n");
    CU_ASSERT_STRING_EQUAL(given("x\xc3\xa4\x7fy\n"), "xy\n");
    CU_ASSERT_STRING_EQUAL(given("\x80\x80\x7f\n"), "\n");
}

static void test_wipe(void)
{
    CU_ASSERT_STRING_EQUAL(given("abc\x15"
                                 "d\n"),
                           "d\n");
    CU_ASSERT_STRING_EQUAL(shown, "abc\b \b\b \b\b \bd\n");
}

static void test_control(void)
{
    CU_ASSERT_STRING_EQUAL(given("a\x03\n"), "a\x03\n");
    CU_ASSERT_STRING_EQUAL(shown, "a^C\n");
    CU_ASSERT_STRING_EQUAL(given("\x03\x7f\n"), "\n");
    CU_ASSERT_STRING_EQUAL(shown, "^C\b \b\b \b\n");
    CU_ASSERT_STRING_EQUAL(given("\t\n"), "\t\n");
}

static void test_end(void)
{
    CU_ASSERT_STRING_EQUAL(given("ab\004"), "ab");
    CU_ASSERT_STRING_EQUAL(given("\004"), "");
}

/* Wiped out, the longest line of the widest characters fills the echo exactly, and no more. */
static void test_longest(void)
{
    char keys[CONSOLE_LINE_SIZE + 100];
    char echo[2 * CONSOLE_ECHO_MOST + 1];

    memset(keys, 1, sizeof keys);
    CU_ASSERT_EQUAL(type(keys, sizeof keys), CONSOLE_LINE_SIZE);
    CU_ASSERT_TRUE(line.complete);
    CU_ASSERT_EQUAL(type(keys, CONSOLE_LINE_SIZE - 1), CONSOLE_LINE_SIZE - 1);
    memset(echo, 'z', sizeof echo);
    CU_ASSERT_TRUE(console_line_type(&line, 0x15, echo) <= CONSOLE_ECHO_MOST);
    CU_ASSERT_EQUAL(echo[CONSOLE_ECHO_MOST], 'z');
}

int main(void)
{
    static const struct tap_test tests[] = {
        {"Enter ends a line", test_enter},
        {"return and line feed together are one Enter", test_return_and_line_feed},
        {"Backspace takes a character back", test_backspace},
        {"Ctrl-U takes the line back", test_wipe},
        {"control characters are shown as two", test_control},
        {"Ctrl-D ends a line without a line feed", test_end},
        {"the longest line", test_longest},
    };

    return TAP_RUN("line", tests);
}
