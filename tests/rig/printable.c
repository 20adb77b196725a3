/* Strangers' bytes become valid, harmless UTF-8: tools/common/printable.h. */
#include "printable.h"

#include <stdlib.h>

#include <CUnit/CUnit.h>

#include "tests/tap/tap.h"

static void expect(const char *bytes, const char *clean)
{
    char *copy = printable(bytes);

    CU_ASSERT_STRING_EQUAL(copy, clean);
    free(copy);
}

static void keeps_text(void)
{
    expect("plain\ttext\n", "plain\ttext\n");
    expect("← ä € \xf0\x9f\x90\xa7", "← ä € \xf0\x9f\x90\xa7");
}

static void removes_controls(void)
{
    expect("\x1b[2J\r\x07\x7f", "?[2J???");
    expect("\xc2\x9b"
           "2J",
           "??2J"); /* the one-character form of ESC [ */
}

static void removes_broken_utf8(void)
{
    expect("\xff\xfe", "??");
    expect("cut \xe2\x86", "cut ??");
    expect("\xc0\xaf \xe0\x80\xaf \xf0\x80\x80\xaf", "?? ??? ????"); /* overlong */
    expect("\xed\xa0\x80", "???");                                   /* surrogate */
    expect("\xf4\x90\x80\x80", "????");                              /* beyond Unicode */
}

int main(void)
{
    static const struct tap_test tests[] = {
        {"text stays", keeps_text},
        {"control characters go", removes_controls},
        {"broken UTF-8 goes", removes_broken_utf8},
    };

    return TAP_RUN("printable", tests);
}
