/* Exercise 1.2: what Xen tells a new guest. */
#include <stardust/start_info.h>

#include <string.h>

#include <tests/fakexen/fakexen.h>
#include <tests/fakexen/runner/test.h>

#include "suites.h"

#include <xen/errno.h>

#define LAYOUT  "(public header xen/xen.h, struct start_info)"
#define PLACE   ((const void *)start_info_read)
#define PATTERN 0x5a /* what the structure is full of before it is filled in */

static struct guest result;

static void read_start_info(void)
{
    int error;

    memset(&result, PATTERN, sizeof result);
    error = start_info_read(&result, fakexen.start_info);
    CHECK(error == 0, .rule = "start_info_read() returns 0 for a page that Xen wrote",
          .did = text("returned %d for the magic string \"%s\"", error, fakexen.start_info->magic),
          .expected = "0",
          .usually = "the comparison is the wrong way round, or longer than \"xen-\"",
          .where = PLACE);
}

static void start(const struct fakexen_options *options)
{
    struct fakexen_options seeded = *options;

    seeded.seed = test_seed();
    fakexen_start(&seeded);
    read_start_info();
}

static void check_field(const char *name, uint64_t value, uint64_t expected, const char *usually)
{
    CHECK(value == expected, .rule = text("guest.%s says what start_info says " LAYOUT, name),
          .did = text("%s is 0x%lx", name, value), .expected = text("0x%lx", expected),
          .usually = usually, .where = PLACE);
}

static void check_memory(void)
{
    const struct start_info *info = fakexen.start_info;

    check_field("pages", result.pages, info->nr_pages, "nr_pages counts pages, not bytes");
    check_field("shared_info", result.shared_info, info->shared_info,
                "shared_info is a machine address already: nothing is to be shifted or mapped");
    check_field("p2m", (uintptr_t)result.p2m, info->mfn_list,
                "mfn_list is the list's virtual address");
    check_field("page_table", (uintptr_t)result.page_table, info->pt_base,
                "pt_base is the virtual address of the top-level table");
    check_field("table_pages", result.table_pages, info->nr_pt_frames, "this is nr_pt_frames");
}

static void test_memory(void)
{
    start(&(struct fakexen_options){.pages = 64});
    check_memory();
    start(&(struct fakexen_options){.pages = 4096, .first_domain = true});
    check_memory();
}

static void check_rings(void)
{
    const struct start_info *info = fakexen.start_info;

    check_field("console_mfn", result.console_mfn, info->console.domU.mfn,
                "a guest's console is console.domU");
    check_field("console_port", result.console_port, info->console.domU.evtchn,
                "a guest's console is console.domU");
    check_field("store_mfn", result.store_mfn, info->store_mfn, "it was left out");
    check_field("store_port", result.store_port, info->store_evtchn, "it was left out");
}

static void test_rings(void)
{
    start(&(struct fakexen_options){.pages = 64});
    check_field("first_domain", result.first_domain, false,
                "SIF_INITDOMAIN is not set for a guest");
    check_rings();
}

static void check_zero(const char *name, uint64_t value)
{
    CHECK(
        value == 0,
        .rule = text("in the first domain guest.%s is 0: there is no such ring " LAYOUT, name),
        .did = text("%s is 0x%lx", name, value), .expected = "0",
        .usually =
            "the console field is a union: with SIF_INITDOMAIN the same bytes describe the screen, "
            "and the store's fields mean nothing",
        .where = PLACE);
}

static void test_first_domain(void)
{
    start(&(struct fakexen_options){.first_domain = true});
    check_field("first_domain", result.first_domain, true, "the flag is SIF_INITDOMAIN");
    check_zero("console_mfn", result.console_mfn);
    check_zero("console_port", result.console_port);
    check_zero("store_mfn", result.store_mfn);
    check_zero("store_port", result.store_port);
}

static void test_flags(void)
{
    static const uint32_t others =
        SIF_PRIVILEGED | SIF_MULTIBOOT_MOD | SIF_MOD_START_PFN | SIF_PM_MASK;
    static const char usually[] =
        "flags holds more than one flag: one bit of it is meant, not the whole number";

    start(&(struct fakexen_options){.flags = others});
    check_field("first_domain", result.first_domain, false, usually);
    check_rings();
    start(&(struct fakexen_options){.flags = others, .first_domain = true});
    check_field("first_domain", result.first_domain, true, usually);
    check_zero("console_mfn", result.console_mfn);
}

static void check_command_line(const char *expected)
{
    CHECK(strnlen(result.command_line, sizeof result.command_line) < sizeof result.command_line,
          .rule = "guest.command_line always ends with a NUL",
          .did = text("there is none in its %zu bytes", sizeof result.command_line),
          .expected = text("the NUL behind %zu characters", strlen(expected)),
          .usually = "the NUL was not copied, or was left out when the line was cut off",
          .where = PLACE);
    CHECK(strcmp(result.command_line, expected) == 0,
          .rule = "guest.command_line is Xen's cmd_line, up to its NUL " LAYOUT,
          .did = text("its %zu characters are \"%.40s%s\"", strlen(result.command_line),
                      result.command_line, strlen(result.command_line) > 40 ? "..." : ""),
          .expected = text("the %zu characters \"%.40s%s\"", strlen(expected), expected,
                           strlen(expected) > 40 ? "..." : ""),
          .usually = "too few bytes were copied: the limit is MAX_GUEST_CMDLINE with the NUL",
          .where = PLACE);
}

/* `length` characters, no two neighbours the same. */
static const char *long_line(size_t length)
{
    static char line[MAX_GUEST_CMDLINE + 1];

    for (size_t i = 0; i < length; i++) {
        line[i] = (char)('!' + (i + test_seed() % 7) % 90);
    }
    line[length] = '\0';
    return line;
}

static void test_command_line(void)
{
    start(&(struct fakexen_options){.command_line = "console=ring one two -- three"});
    check_command_line("console=ring one two -- three");
    start(&(struct fakexen_options){.command_line = "", .first_domain = true});
    check_command_line("");
    start(&(struct fakexen_options){.command_line = long_line(MAX_GUEST_CMDLINE - 1)});
    check_command_line(long_line(MAX_GUEST_CMDLINE - 1));
}

/* Nothing in start_info promises a NUL: the bytes behind the line are not zero either. */
static void test_command_line_full(void)
{
    const char *line = long_line(MAX_GUEST_CMDLINE);
    char cut[MAX_GUEST_CMDLINE];

    start(&(struct fakexen_options){.command_line = line, .command_length = MAX_GUEST_CMDLINE});
    memcpy(cut, line, sizeof cut - 1);
    cut[sizeof cut - 1] = '\0';
    check_command_line(cut);
}

static void check_refused(const char *magic)
{
    struct guest before;
    int error;

    fakexen_start(&(struct fakexen_options){.seed = test_seed()});
    memcpy(fakexen.start_info->magic, magic, strlen(magic) + 1);
    memset(&result, PATTERN, sizeof result);
    before = result;
    error = start_info_read(&result, fakexen.start_info);
    CHECK(error == -XEN_EINVAL,
          .rule =
              "a page whose magic string does not begin with \"xen-\" is not start_info " LAYOUT,
          .did = text("returned %d for the magic string \"%s\"", error, magic),
          .expected = text("-XEN_EINVAL (%d)", -XEN_EINVAL),
          .usually = "the magic string is not looked at, or fewer than its first four characters",
          .where = PLACE);
    CHECK(memcmp(&result, &before, sizeof result) == 0,
          .rule = "after -XEN_EINVAL the structure is as it was (stardust/start_info.h)",
          .did = text("returned -XEN_EINVAL for \"%s\", but wrote to *g", magic),
          .expected = "no byte of it changed",
          .usually = "*g is cleared before the magic string is looked at", .where = PLACE);
}

static void test_magic(void)
{
    static const char *const good[] = {"xen-3.0-x86_64", "xen-4.17-x86_64", "xen-"};

    for (size_t i = 0; i < ARRAY_LENGTH(good); i++) {
        fakexen_start(&(struct fakexen_options){.seed = test_seed()});
        memcpy(fakexen.start_info->magic, good[i], strlen(good[i]) + 1);
        read_start_info();
    }
}

static void test_refused(void)
{
    check_refused("kvm-3.0-x86_64");
    check_refused("xen");
    check_refused("xen_3.0-x86_64");
    check_refused("");
}

CU_TestInfo start_info_tests[] = {
    {"magic", test_magic},
    {"refused", test_refused},
    {"memory", test_memory},
    {"rings", test_rings},
    {"first_domain", test_first_domain},
    {"flags", test_flags},
    {"command_line", test_command_line},
    {"command_line_full", test_command_line_full},
    CU_TEST_INFO_NULL,
};
