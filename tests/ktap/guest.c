/* Reporting from inside a guest: see guest.h. */
#include "guest.h"

#include <stardust/console.h>
#include <stardust/options.h>
#include <stardust/print.h>
#include <stardust/start_info.h>

#include "fence.h"
#include "ktap.h"
#include "stream.h"

static uint64_t token, seed;
static unsigned number;

/* The value of a hexadecimal number without the leading 0x; what is no digit ends it. */
static uint64_t read_hex(const char *digits)
{
    uint64_t value = 0;

    for (; *digits != '\0'; digits++) {
        int digit = *digits >= '0' && *digits <= '9'   ? *digits - '0'
                    : *digits >= 'a' && *digits <= 'f' ? *digits - 'a' + 10
                                                       : -1;

        if (digit < 0) {
            break;
        }
        value = value << 4 | (unsigned)digit;
    }
    return value;
}

void guest_report_begin(unsigned count)
{
    char digits[FENCE_DIGITS + 1];

    option_text(guest.command_line, "token", digits, sizeof digits);
    token = digits[0] != '\0' ? read_hex(digits) : KTAP_NO_TOKEN;
    seed = option_number(guest.command_line, "seed", KTAP_NO_SEED);
    print("%s\n1..%u\n", KTAP_VERSION, count);
}

uint64_t guest_report_seed(void)
{
    return seed;
}

static void report_line(const char *label, const char *text)
{
    if (text != NULL) {
        print("    %s: %s\n", label, text);
    }
}

void guest_report_test(const char *name, bool passed, const struct guest_failure *failure)
{
    const char *verdict = passed ? KTAP_OK : KTAP_NOT_OK;
    char fence[FENCE_DIGITS + 1];

    fence_digits(fence, fence_make(token, name, verdict));
    print("%s %u %s%s%s\n", verdict, ++number, name, KTAP_FENCE, fence);
    if (!passed) {
        report_line("rule", failure->rule);
        report_line("you did", failure->did);
        report_line("expected", failure->expected);
        report_line("usually", failure->usually);
    }
}

void guest_report_value(const char *name, uint64_t value)
{
    char digits[FENCE_DIGITS + 1], fence[FENCE_DIGITS + 1];

    fence_digits(digits, value);
    fence_digits(fence, fence_make(token, name, digits));
    print("value %s %s%s%s\n", name, digits, KTAP_FENCE, fence);
}

/* Fill `piece` from the stream. Returns how many bytes came. */
static size_t take(struct stream *stream, char *piece, size_t length)
{
    size_t taken = 0;

    while (taken < length && stream->left > 0) {
        piece[taken++] = stream_next(stream);
    }
    return taken;
}

void guest_report_stream(void)
{
    static char piece[5000];
    struct stream stream = stream_start(seed);
    struct random lengths = random_start(~seed);

    print("%s\n", KTAP_STREAM_BEGIN);
    while (stream.left > 0) {
        size_t most = random_below(&lengths, 4) == 0 ? sizeof piece : 100;

        console_write(piece, take(&stream, piece, 1 + random_below(&lengths, most)));
    }
    print("%s\n", KTAP_STREAM_END);
}
