/* Reading and checking the command line: see options.h. */
#include "options.h"

#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "message.h"
#include "text.h"

enum {
    MOST_VCPUS = 32,
    LEAST_MEMORY = 4,
    MOST_MEMORY = 8192,
    LONGEST_TOKEN = 64,
    LONGEST_GUEST_LINE = 1023, /* start_info.cmd_line without its NUL */
    MOST_SECONDS = 86400,
    MOST_PORT = 65535
};

const char options_help[] =
    "  --vcpus=N              virtual CPUs of the guest (1)\n"
    "  --memory=MB            its memory (64)\n"
    "  --cmdline=TEXT         its command line\n"
    "  --timeout=SECONDS      the most that the whole run may take (60)\n"
    "  --virtual=SECONDS      direct and exact: the most that may pass by the machine's own clock\n"
    "  --exact=repeat         virtual time, fixed date: the same run prints the same bytes\n"
    "  --exact=count          virtual time, one CPU: the time-stamp counter counts instructions; "
    "slow\n"
    "  --token=HEX --seed=N   added to the guest's command line as token=HEX seed=N\n"
    "  --disk=FILE            domain: an extra disk for the guest\n"
    "  --script=FILE          domain: a shell script that dom0 runs beside the guest, which may be "
    "saved,\n"
    "                         restored, rebooted …; its end is the run's "
    "(tools/rig/dom0/prelude.sh)\n"
    "  --input=FILE           domain: typed into the guest's console, then Ctrl-D; - for what is "
    "typed here:\n"
    "                         --timeout then counts from the last key\n"
    "  --forward=HOST:GUEST   domain: TCP port HOST of this machine leads to port GUEST of the "
    "guest\n"
    "  --log=FILE             all that is not the guest's console (build/rig/COMMAND.log)\n"
    "  --result=FILE          write the outcome there, as JSON\n"
    "  --build=DIR            the build folder (build)\n"
    "  --kernel=KERNEL.elf    decode: the image that crashed\n"
    "  --quiet                no crash report and no closing line on stderr\n"
    "  --help                 this text\n"
    "\n"
    "exit status: 0 the guest powered off, or the script ended well; 2 wrong use or input; 10 the "
    "guest\n"
    "             crashed; 11 time limit; 12 fault of the rig itself; 13 the script failed;\n"
    "             130 interrupted\n";

static unsigned long read_number(const char *option, const char *text, unsigned long least,
                                 unsigned long most)
{
    char *end;
    unsigned long number;

    errno = 0;
    number = strtoul(text, &end, 10);
    if (!isdigit((unsigned char)text[0]) || *end != '\0' || errno != 0 || number < least ||
        number > most) {
        fail(STATUS_USAGE, "--%s=%s: give a number from %lu to %lu", option, text, least, most);
    }
    return number;
}

static enum exact read_exact(const char *text)
{
    if (strcmp(text, "repeat") == 0) {
        return EXACT_REPEAT;
    }
    if (strcmp(text, "count") == 0) {
        return EXACT_COUNT;
    }
    fail(STATUS_USAGE, "--exact=%s: give repeat or count", text);
}

static const char *read_token(const char *text)
{
    size_t digits = strspn(text, "0123456789abcdefABCDEF");

    if (text[digits] != '\0' || digits == 0 || digits > LONGEST_TOKEN) {
        fail(STATUS_USAGE, "--token=%s: give 1 to %d hexadecimal digits", text, LONGEST_TOKEN);
    }
    return text;
}

static const char *read_seed(const char *text)
{
    read_number("seed", text, 0, UINT64_MAX);
    return text;
}

static void read_forward(struct options *o, const char *text)
{
    char *copy = copy_string(text);
    char *colon = strchr(copy, ':');

    if (colon == NULL) {
        fail(STATUS_USAGE, "--forward=%s: give HOSTPORT:GUESTPORT", text);
    }
    *colon = '\0';
    o->host_port = (unsigned)read_number("forward", copy, 1, MOST_PORT);
    o->guest_port = (unsigned)read_number("forward", colon + 1, 1, MOST_PORT);
    free(copy);
}

/* A line of text for the guest: what is not printable would be cut or garbled on its way through
 * QEMU and Xen. */
static const char *read_cmdline(const char *text)
{
    for (const char *c = text; *c != '\0'; c++) {
        if (!isprint((unsigned char)*c)) {
            fail(STATUS_USAGE, "--cmdline: byte 0x%02x is not printable ASCII", (unsigned char)*c);
        }
    }
    return text;
}

static const struct option known[] = {
    {"vcpus", required_argument, NULL, 'v'},   {"memory", required_argument, NULL, 'm'},
    {"cmdline", required_argument, NULL, 'c'}, {"timeout", required_argument, NULL, 't'},
    {"virtual", required_argument, NULL, 'w'}, {"exact", required_argument, NULL, 'x'},
    {"token", required_argument, NULL, 'k'},   {"seed", required_argument, NULL, 's'},
    {"disk", required_argument, NULL, 'd'},    {"script", required_argument, NULL, 'p'},
    {"input", required_argument, NULL, 'n'},   {"forward", required_argument, NULL, 'f'},
    {"log", required_argument, NULL, 'l'},     {"result", required_argument, NULL, 'r'},
    {"build", required_argument, NULL, 'b'},   {"kernel", required_argument, NULL, 'i'},
    {"quiet", no_argument, NULL, 'q'},         {NULL, 0, NULL, 0},
};

static void take_option(struct options *o, int letter, const char *text)
{
    switch (letter) {
    case 'v':
        o->vcpus = (unsigned)read_number("vcpus", text, 1, MOST_VCPUS);
        break;
    case 'm':
        o->memory = (unsigned)read_number("memory", text, LEAST_MEMORY, MOST_MEMORY);
        break;
    case 'c':
        o->cmdline = read_cmdline(text);
        break;
    case 't':
        o->timeout = (double)read_number("timeout", text, 1, MOST_SECONDS);
        break;
    case 'w':
        o->virtual_limit = (double)read_number("virtual", text, 1, MOST_SECONDS);
        break;
    case 'x':
        o->exact = read_exact(text);
        break;
    case 'k':
        o->token = read_token(text);
        break;
    case 's':
        o->seed = read_seed(text);
        break;
    case 'd':
        o->disk = text;
        break;
    case 'p':
        o->script = text;
        break;
    case 'n':
        o->input = text;
        break;
    case 'f':
        read_forward(o, text);
        break;
    case 'l':
        o->log = text;
        break;
    case 'r':
        o->result = text;
        break;
    case 'b':
        o->build = text;
        break;
    case 'i':
        o->kernel = text;
        break;
    default:
        o->quiet = true;
        break;
    }
}

struct options options_read(int count, char **arguments, const char *operand)
{
    struct options o = {.vcpus = 1, .memory = 64, .cmdline = "", .timeout = 60, .build = "build"};
    int letter;

    optind = 0; /* glibc: begin anew, so that tests can read several command lines */
    opterr = 0;
    while ((letter = getopt_long(count, arguments, ":", known, NULL)) != -1) {
        if (letter == '?' || letter == ':') {
            fail(STATUS_USAGE, "%s: %s; rig --help lists the options", arguments[optind - 1],
                 letter == ':' ? "its value is missing" : "no such option");
        }
        take_option(&o, letter, optarg);
    }
    if (operand != NULL && optind == count) {
        fail(STATUS_USAGE, "rig %s: %s is missing", arguments[0], operand);
    }
    if (operand != NULL) {
        o.operand = arguments[optind++];
    }
    if (optind < count) {
        fail(STATUS_USAGE, "rig %s: %s is one word too many", arguments[0], arguments[optind]);
    }
    return o;
}

char *options_guest_line(const struct options *o)
{
    struct text line = {0};

    text_printf(&line, "%s", o->cmdline);
    if (o->token != NULL) {
        text_printf(&line, "%stoken=%s", line.length > 0 ? " " : "", o->token);
    }
    if (o->seed != NULL) {
        text_printf(&line, "%sseed=%s", line.length > 0 ? " " : "", o->seed);
    }
    if (line.length > LONGEST_GUEST_LINE) {
        fail(STATUS_USAGE, "the guest's command line has %zu characters; Xen passes on at most %d",
             line.length, LONGEST_GUEST_LINE);
    }
    return line.bytes;
}
