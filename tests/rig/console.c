/* The guest's bytes and Xen's lines on one serial line are told apart: tools/rig/console.h. */
#include "console.h"

#include <string.h>

#include <CUnit/CUnit.h>

#include "tests/tap/tap.h"

/* Feed `line` in pieces of every size: the split must not depend on how the bytes arrive. */
static void expect(const char *line, const char *guest, const char *xen)
{
    for (size_t piece = 1; piece <= strlen(line); piece++) {
        struct console c;

        console_begin(&c, -1);
        for (size_t at = 0; at < strlen(line); at += piece) {
            size_t left = strlen(line) - at;

            console_feed(&c, line + at, left < piece ? left : piece);
        }
        CU_ASSERT_STRING_EQUAL(c.guest.bytes != NULL ? c.guest.bytes : "", guest);
        CU_ASSERT_STRING_EQUAL(c.xen.bytes != NULL ? c.xen.bytes : "", xen);
        console_free(&c);
    }
}

static void splits_lines(void)
{
    expect("(XEN) one\r\nguest\r\n(XEN) two\r\n", "guest\n", "one\ntwo\n");
}

static void finds_mark_after_unfinished_line(void)
{
    expect("no end(XEN) Hardware Dom0 crashed\nmore", "no endmore", "Hardware Dom0 crashed\n");
}

static void gives_back_what_only_looks_like_mark(void)
{
    expect("(XEN hello (X) ((XEN) xen\n(", "(XEN hello (X) (", "xen\n");
}

static void keeps_unfinished_guest_line(void)
{
    expect("prompt> ", "prompt> ", "");
}

static void gives_out_complete_lines(void)
{
    struct console c;
    struct text line = {0};

    console_begin(&c, -1);
    console_feed(&c, "(XEN) one\n(XEN) tw", 18);
    CU_ASSERT_TRUE(console_xen_line(&c, &line));
    CU_ASSERT_STRING_EQUAL(line.bytes, "one");
    CU_ASSERT_FALSE(console_xen_line(&c, &line));
    console_feed(&c, "o\n", 2);
    CU_ASSERT_TRUE(console_xen_line(&c, &line));
    CU_ASSERT_STRING_EQUAL(line.bytes, "two");
    CU_ASSERT_FALSE(console_xen_line(&c, &line));
    text_free(&line);
    console_free(&c);
}

static void sees_first_line(void)
{
    struct console c;

    console_begin(&c, -1);
    console_feed(&c, "(XEN) one\nhel", 13);
    CU_ASSERT_EQUAL(c.first_line, 0);
    console_feed(&c, "lo\n", 3);
    CU_ASSERT(c.first_line > 0);
    console_free(&c);
}

int main(void)
{
    static const struct tap_test tests[] = {
        {"lines of both", splits_lines},
        {"Xen speaks in the middle of a guest's line", finds_mark_after_unfinished_line},
        {"beginnings of the mark are the guest's", gives_back_what_only_looks_like_mark},
        {"a prompt appears at once", keeps_unfinished_guest_line},
        {"Xen's lines are given out when complete", gives_out_complete_lines},
        {"the time of the guest's first line", sees_first_line},
    };

    return TAP_RUN("console", tests);
}
