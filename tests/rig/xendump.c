/* Xen's dumps, recorded from real crashes of the test guest (dumps/), read as numbers:
 * tools/rig/xendump.h. */
#include "xendump.h"

#include <stdlib.h>
#include <string.h>

#include <CUnit/CUnit.h>

#include "console.h"
#include "fault.h"
#include "file.h"
#include "tests/tap/tap.h"

/* Xen's lines of a recorded log. The caller frees them. */
static struct text recorded(const char *name)
{
    char *path = format_string("tests/rig/dumps/%s.log", name);
    struct text log = {0};
    struct console console;

    CU_ASSERT_EQUAL_FATAL(file_read(path, 1 << 20, &log), 0);
    console_begin(&console, -1);
    console_feed(&console, log.bytes, log.length);
    text_free(&log);
    text_free(&console.guest);
    free(path);
    return console.xen;
}

static struct xendump dump_of(const char *name)
{
    struct text lines = recorded(name);
    struct xendump dump;

    CU_ASSERT_TRUE_FATAL(xendump_read(lines.bytes, 0, &dump));
    text_free(&lines);
    return dump;
}

static void reads_registers(void)
{
    struct xendump dump = dump_of("overflow");

    CU_ASSERT_TRUE(dump.has_registers);
    CU_ASSERT_EQUAL(dump.domain, 0);
    CU_ASSERT_EQUAL(dump.vcpu, 0);
    CU_ASSERT_EQUAL(dump.registers[RIP], 0x400068);
    CU_ASSERT_EQUAL(dump.registers[RSP], 0x402000);
    CU_ASSERT_EQUAL(dump.registers[RBP], 0x402210);
    CU_ASSERT_EQUAL(dump.registers[CR2], 0x401ff8);
    CU_ASSERT_EQUAL(dump.registers[R12], 0x400630);
    CU_ASSERT_EQUAL(dump.registers[RFLAGS], 0x206);
    CU_ASSERT_EQUAL(dump.registers[CR3], 0x11027000);
}

static void reads_fault(void)
{
    struct xendump dump = dump_of("overflow");

    CU_ASSERT_EQUAL(dump.vector, 14);
    CU_ASSERT_EQUAL(dump.error, 2);
    CU_ASSERT_PTR_NOT_NULL(strstr(dump.cause, "domain_crash_page_fault_6x8"));
    dump = dump_of("hole");
    CU_ASSERT_EQUAL(dump.vector, 6);
    CU_ASSERT(dump.error > 0xffff);
}

static void reads_last_walk_only(void)
{
    struct xendump dump = dump_of("overflow");

    CU_ASSERT_EQUAL(dump.walked, 0x401ff8);
    CU_ASSERT_EQUAL_FATAL(dump.level_count, 4);
    CU_ASSERT_EQUAL(dump.levels[0].level, 4);
    CU_ASSERT_EQUAL(dump.levels[2].index, 2);
    CU_ASSERT_EQUAL(dump.levels[3].level, 1);
    CU_ASSERT_EQUAL(dump.levels[3].entry, 0);
}

static void reads_stack(void)
{
    struct xendump dump = dump_of("overflow");
    uint64_t word = 0;

    CU_ASSERT_EQUAL(dump.stack_words, 256);
    CU_ASSERT_TRUE(xendump_stack_word(&dump, 0x402008, &word));
    CU_ASSERT_EQUAL(word, 0x1d);
    CU_ASSERT_TRUE(xendump_stack_word(&dump, 0x402000 + 255 * 8, &word));
    CU_ASSERT_FALSE(xendump_stack_word(&dump, 0x402000 + 256 * 8, &word));
    CU_ASSERT_FALSE(xendump_stack_word(&dump, 0x401ff8, &word));
    CU_ASSERT_FALSE(xendump_stack_word(&dump, 0x402001, &word));
}

/* Xen had pushed the exception's frame before it found no handler: rsp is the guest's own again. */
static void takes_frame_off_stack(void)
{
    struct xendump without_code = dump_of("hole");
    struct xendump with_code = dump_of("nowhere");

    CU_ASSERT_TRUE(without_code.frame_pushed);
    CU_ASSERT_EQUAL(without_code.true_rsp, without_code.registers[RSP] + 7 * 8 + 0x0);
    CU_ASSERT_TRUE(with_code.frame_pushed);
    CU_ASSERT_EQUAL(with_code.true_rsp, with_code.registers[RSP] + 8 * 8 + 0x8);
    CU_ASSERT_FALSE(dump_of("overflow").frame_pushed);
}

static void survives_no_stack(void)
{
    struct xendump dump = dump_of("iret");

    CU_ASSERT_EQUAL(dump.stack_words, 0);
    CU_ASSERT_EQUAL(dump.vector, 13);
    CU_ASSERT_EQUAL(dump.true_rsp, 0);
}

static void finds_domain(void)
{
    struct text lines = recorded("overflow");
    struct xendump dump;

    CU_ASSERT_FALSE(xendump_read(lines.bytes, 1, &dump));
    CU_ASSERT_TRUE(xendump_read(lines.bytes, -1, &dump));
    text_free(&lines);
}

static void takes_last_of_two(void)
{
    struct text both = recorded("overflow");
    struct text second = recorded("null");
    struct xendump dump;

    text_append(&both, second.bytes, second.length);
    CU_ASSERT_TRUE(xendump_read(both.bytes, 0, &dump));
    CU_ASSERT_EQUAL(dump.registers[RIP], 0);
    CU_ASSERT_EQUAL(dump.level_count, 3);
    text_free(&both);
    text_free(&second);
}

/* Whatever is missing at the end: no more than what was there is believed. */
static void survives_any_cut(void)
{
    struct text lines = recorded("nowhere");
    struct xendump dump;
    size_t found = 0;

    for (size_t length = lines.length; length > 0; length--) {
        lines.bytes[length] = '\0';
        if (xendump_read(lines.bytes, 0, &dump)) {
            found++;
            CU_ASSERT_EQUAL(dump.registers[RIP] & ~0xfffffUL, 0x400000);
        }
    }
    CU_ASSERT(found > 0 && found < lines.length);
    text_free(&lines);
}

static void refuses_other_text(void)
{
    struct xendump dump;

    CU_ASSERT_FALSE(xendump_read("", -1, &dump));
    CU_ASSERT_FALSE(xendump_read("hello\n", -1, &dump));
    CU_ASSERT_FALSE(xendump_read("Domain 0 (vcpu#0) crashed on cpu#0:\nforged\n", -1, &dump));
}

static void bounds_forged_dump(void)
{
    struct text lines = {0};
    struct xendump dump;

    text_printf(&lines, "d0v0 Unhandled: vec 14, #PF[0002]\nPagetable walk from 0:\n");
    for (int i = 0; i < 100; i++) {
        text_printf(&lines, " L1[0x001] = 0000000000000001 0000000000000001\n");
    }
    text_printf(&lines, "Domain 0 (vcpu#0) crashed on cpu#0:\nRIP:    e033:[<0000000000400057>]\n"
                        "Guest stack trace from rsp=0:\n");
    for (int i = 0; i < XENDUMP_MOST_WORDS; i++) {
        text_printf(&lines, "   0000000000000001 0000000000000001\n");
    }
    CU_ASSERT_TRUE(xendump_read(lines.bytes, 0, &dump));
    CU_ASSERT_EQUAL(dump.stack_words, XENDUMP_MOST_WORDS);
    CU_ASSERT_EQUAL(dump.level_count, XENDUMP_MOST_LEVELS);
    text_free(&lines);
}

static void knows_threads_stack(void)
{
    struct xendump thread = dump_of("thread"), boot = dump_of("overflow"),
                   wild = dump_of("nowhere");

    CU_ASSERT_TRUE(fault_under_thread(&thread));
    CU_ASSERT_FALSE(fault_under_thread(&boot));
    CU_ASSERT_FALSE(fault_under_thread(&wild));
}

int main(void)
{
    static const struct tap_test tests[] = {
        {"registers", reads_registers},
        {"vector, error code and Xen's cause", reads_fault},
        {"of two walks the last counts", reads_last_walk_only},
        {"stack words have addresses", reads_stack},
        {"an exception's frame is taken off the stack", takes_frame_off_stack},
        {"the overflow of a thread's stack", knows_threads_stack},
        {"a dump without stack", survives_no_stack},
        {"the wanted domain's dump", finds_domain},
        {"of two dumps the last counts", takes_last_of_two},
        {"a dump cut at any byte", survives_any_cut},
        {"text that is no dump", refuses_other_text},
        {"a forged dump cannot overrun", bounds_forged_dump},
    };

    return TAP_RUN("xendump", tests);
}
