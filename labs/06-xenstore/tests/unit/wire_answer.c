/* Exercise 6.6: what an answer says. Texts are in blocks of their exact length, so that a look beyond them is seen. */
#include <errno.h> /* first: xs_wire.h lists its errors for who has their numbers */

#include "wire_around.h"

#include <stdlib.h>
#include <string.h>

#include "suites.h"

#define BOUNDED "look at no byte beyond the length, whatever is in it (handout 6.6)"

static char *block;

/* Ends at the end of its block. */
static const char *exact(const char *bytes, size_t length)
{
    free(block);
    block = malloc(length + (length == 0));
    memcpy(block, bytes, length);
    return block + (length == 0);
}

static void fill(struct xenstore_message *m, uint32_t type, const char *bytes, size_t length)
{
    memset(m, 0x5a, sizeof *m);
    m->header = (struct xsd_sockmsg){type, 1, 0, (uint32_t)length};
    memcpy(m->payload, bytes, length);
    m->payload[length] = '\0';
}

static void check_error(const char *name, size_t length, int expected)
{
    int result = build->error_number(exact(name, length), length);

    CHECK(result == expected,
          .rule = "an error is named, and means the negative number of that name; one that nobody "
                  "knows is -XEN_EIO (public header xen/io/xs_wire.h)",
          .did = text("returned %d for \"%.*s\" of %zu bytes%s", result, (int)length, name, length,
                      build->name),
          .expected = text("%d", expected), .usually = "names are compared whole; " BOUNDED,
          .where = (const void *)build->error_number);
}

static void error_names(void)
{
    for (size_t i = 0; i < ARRAY_LENGTH(xsd_errors); i++) {
        const char *name = xsd_errors[i].errstring;

        check_error(name, strlen(name) + 1, -xsd_errors[i].errnum);
        check_error(name, strlen(name), -xsd_errors[i].errnum);
    }
}

static void error_unknown(void)
{
    check_error("EFOO", 5, -XEN_EIO);
    check_error("", 0, -XEN_EIO);
    check_error("", 1, -XEN_EIO);
    check_error("EINVALID", 9, -XEN_EIO);
    check_error("EINVA", 5, -XEN_EIO);
    check_error("E", 1, -XEN_EIO);
}

static void check_answer(uint32_t type, const char *payload, uint32_t asked, int expected)
{
    static struct xenstore_message m;
    int result;

    fill(&m, type, payload, strlen(payload) + 1);
    result = build->answer_check(&m, asked);
    CHECK(result == expected,
          .rule =
              "an answer has the type of its request, or is an XS_ERROR (docs/misc/xenstore.txt)",
          .did = text("returned %d for an answer of type %u with \"%s\" to a request of type %u%s",
                      result, type, payload, asked, build->name),
          .expected = text("%d", expected),
          .usually = "any answer that is no error was believed (handout 6.6)",
          .where = (const void *)build->answer_check);
}

static void answers(void)
{
    check_answer(XS_READ, "value", XS_READ, 0);
    check_answer(XS_ERROR, "ENOENT", XS_READ, -XEN_ENOENT);
    check_answer(XS_ERROR, "EAGAIN", XS_TRANSACTION_END, -XEN_EAGAIN);
    check_answer(XS_WRITE, "OK", XS_READ, -XEN_EIO);
    check_answer(XS_WATCH_EVENT, "a", XS_READ, -XEN_EIO);
    check_answer(0xffff, "EINVAL", XS_READ, -XEN_EIO);
}

static void check_names(const char *list, size_t length, int expected)
{
    int result = build->names_count(exact(list, length), length);

    CHECK(result == expected,
          .rule = "a list is names, each of at least a byte and with a NUL of its own " WIRE,
          .did = text("returned %s for a list of %zu bytes that begins with \"%.*s\"%s",
                      wire_result(result), length, (int)length, list, build->name),
          .expected = wire_result(expected), .usually = BOUNDED,
          .where = (const void *)build->names_count);
}

static void names(void)
{
    check_names("", 0, 0);
    check_names("vif\0vbd\0console", 16, 3);
    check_names("0", 2, 1);
    check_names("vif\0vbd", 7, -XEN_EIO);
    check_names("vif", 3, -XEN_EIO);
    check_names("vif\0\0vbd", 9, -XEN_EIO);
    check_names("", 1, -XEN_EIO);
}

static void check_event(const char *payload, size_t length, const char *path, const char *token)
{
    static struct xenstore_message m;
    const char *parts[2] = {NULL, NULL};
    int result;

    fill(&m, XS_WATCH_EVENT, payload, length);
    result = build->event_parts(&m, &parts[0], &parts[1]);
    CHECK(result == (path != NULL ? 0 : -XEN_EIO),
          .rule = "a watch event is a path and a token, each with a NUL (docs/misc/xenstore.txt)",
          .did = text("returned %s for %zu bytes that begin with \"%.*s\"%s", wire_result(result),
                      length, (int)length, payload, build->name),
          .expected = path != NULL ? "0" : "-XEN_EIO", .usually = BOUNDED,
          .where = (const void *)build->event_parts);
    CHECK(path == NULL || (strcmp(parts[0], path) == 0 && strcmp(parts[1], token) == 0),
          .rule = "a watch event is a path and a token, each with a NUL (docs/misc/xenstore.txt)",
          .did =
              text("found the path \"%s\" and the token \"%s\"%s", parts[0], parts[1], build->name),
          .expected = text("\"%s\" and \"%s\"", path, token),
          .usually = "the token begins behind the path's NUL",
          .where = (const void *)build->event_parts);
}

static void events(void)
{
    static char large[XENSTORE_PAYLOAD_MAX];

    check_event("device/vif\0007", 13, "device/vif", "7");
    check_event("@releaseDomain\00012\0more", 23, "@releaseDomain", "12");
    check_event("device/vif", 11, NULL, NULL);
    check_event("device/vif\0007", 12, NULL, NULL);
    check_event("", 0, NULL, NULL);
    check_event("\0\0", 2, NULL, NULL);
    memset(large, 'x', sizeof large);
    check_event(large, sizeof large, NULL, NULL);
}

static void check_number(const char *number, size_t length, bool good, uint64_t expected)
{
    uint64_t found = 4711;
    int result = build->number(exact(number, length), length, &found);

    CHECK(
        result == (good ? 0 : -XEN_EINVAL) && found == (good ? expected : 4711),
        .rule = "a number is digits, or 0x and hexadecimal digits, and fits into 64 bits; all else "
                "is -XEN_EINVAL, and changes nothing " WIRE,
        .did = text("returned %s and made it %lu, for \"%.*s\" of %zu bytes%s", wire_result(result),
                    (unsigned long)found, (int)length, number, length, build->name),
        .expected = good ? text("0 and %lu", (unsigned long)expected) : "-XEN_EINVAL and 4711",
        .usually = "a character that is no digit, or a product that overflows, was taken "
                   "(handout 6.6)",
        .where = (const void *)build->number);
}

static void numbers(void)
{
    check_number("0", 1, true, 0);
    check_number("12", 2, true, 12);
    check_number("1234", 2, true, 12);
    check_number("0x1f", 4, true, 31);
    check_number("0xABCdef", 8, true, 0xabcdef);
    check_number("18446744073709551615", 20, true, UINT64_MAX);
    check_number("0xffffffffffffffff", 18, true, UINT64_MAX);
    check_number("000000000000000000000000000007", 30, true, 7);
}

static void no_numbers(void)
{
    static const char *const texts[] = {"",
                                        "x",
                                        "0x",
                                        "-1",
                                        "+1",
                                        " 1",
                                        "1 ",
                                        "1a",
                                        "0xg",
                                        "1.0",
                                        "/",
                                        "0X1",
                                        "18446744073709551616",
                                        "99999999999999999999",
                                        "0x10000000000000000"};

    for (size_t i = 0; i < ARRAY_LENGTH(texts); i++) {
        check_number(texts[i], strlen(texts[i]), false, 0);
    }
    check_number("1", 2, false, 0);
}

static void test_error_names(void)
{
    wire_for_each_build(error_names);
}

static void test_error_unknown(void)
{
    wire_for_each_build(error_unknown);
}

static void test_answers(void)
{
    wire_for_each_build(answers);
}

static void test_names(void)
{
    wire_for_each_build(names);
}

static void test_events(void)
{
    wire_for_each_build(events);
}

static void test_numbers(void)
{
    wire_for_each_build(numbers);
}

static void test_no_numbers(void)
{
    wire_for_each_build(no_numbers);
}

CU_TestInfo answer_tests[] = {
    {"error_names", test_error_names},
    {"error_unknown", test_error_unknown},
    {"type", test_answers},
    {"names", test_names},
    {"event", test_events},
    {"numbers", test_numbers},
    {"no_numbers", test_no_numbers},
    CU_TEST_INFO_NULL,
};
