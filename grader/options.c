/* The grader's command line: see options.h. */
#include "options.h"

#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "message.h"

enum { TOKEN_DIGITS = 16 };

static const char help[] =
    "usage: grade --lab=NAME [OPTIONS]\n"
    "Build, test and boot a lab's files, and say how many of 100 points they are worth.\n"
    "\n"
    "  (nothing)            in the main tree: the reference; in a lab's tree: your files\n"
    "  --skeleton           the lab with its holes open\n"
    "  --submission=DIR     the lab's files from that folder\n"
    "  --json=FILE          write all of it there, too\n"
    "  --only=CHECK,...     these checks, and those that they need\n"
    "  --token=HEX --seed=N repeat a run (a run prints both)\n"
    "  --verbose            what was printed while building and running, too\n"
    "  --help               this text\n"
    "\n"
    "exit status: 0 graded, whatever the mark; 2 wrong use or input; 12 the machinery failed: no "
    "mark;\n"
    "             130 interrupted\n";

static const struct option known[] = {
    {"lab", required_argument, NULL, 'l'},
    {"skeleton", no_argument, NULL, 'k'},
    {"submission", required_argument, NULL, 's'},
    {"json", required_argument, NULL, 'j'},
    {"only", required_argument, NULL, 'o'},
    {"token", required_argument, NULL, 't'},
    {"seed", required_argument, NULL, 'n'},
    {"verbose", no_argument, NULL, 'v'},
    {"help", no_argument, NULL, 'h'},
    {0},
};

static uint64_t read_token(const char *text)
{
    size_t digits = strspn(text, "0123456789abcdefABCDEF");

    if (digits == 0 || digits > TOKEN_DIGITS || text[digits] != '\0') {
        fail(STATUS_USAGE, "--token=%s: give 1 to %d hexadecimal digits", text, TOKEN_DIGITS);
    }
    return strtoull(text, NULL, 16);
}

static uint64_t read_seed(const char *text)
{
    char *end;

    errno = 0;

    unsigned long long seed = strtoull(text, &end, 10);

    if (!isdigit((unsigned char)text[0]) || *end != '\0' || errno != 0) {
        fail(STATUS_USAGE, "--seed=%s: give a number from 0 to 18446744073709551615", text);
    }
    return seed;
}

static uint64_t random_number(void)
{
    uint64_t number;

    if (getrandom(&number, sizeof number, 0) != sizeof number) {
        fail(STATUS_INFRASTRUCTURE, "the system gives no random numbers: %s", strerror(errno));
    }
    return number;
}

static void set_subject(struct options *o, enum subject subject)
{
    if (o->subject != SUBJECT_REFERENCE) {
        fail(STATUS_USAGE, "--skeleton and --submission exclude each other");
    }
    o->subject = subject;
}

static void take_option(struct options *o, int option)
{
    switch (option) {
    case 'l':
        o->lab = optarg;
        break;
    case 'k':
        set_subject(o, SUBJECT_SKELETON);
        break;
    case 's':
        set_subject(o, SUBJECT_SUBMISSION);
        o->submission = optarg;
        break;
    case 'j':
        o->json = optarg;
        break;
    case 'o':
        o->only = optarg;
        break;
    case 't':
        o->token = read_token(optarg);
        break;
    case 'n':
        o->seed = read_seed(optarg);
        break;
    case 'v':
        o->verbose = true;
        break;
    case 'h':
        fputs(help, stdout);
        exit(STATUS_OK);
    default:
        fail(STATUS_USAGE, "see grade --help");
    }
}

/* Better now than after the work. */
static void check_writable(const char *path)
{
    char *folder = strrchr(path, '/') != NULL
                       ? format_string("%.*s", (int)(strrchr(path, '/') - path + 1), path)
                       : copy_string(".");

    if (path[0] == '\0' || path[strlen(path) - 1] == '/' || access(folder, W_OK | X_OK) != 0) {
        fail(STATUS_USAGE, "cannot write a file %s: %s", path,
             path[0] == '\0' ? "it has no name" : strerror(errno));
    }
    free(folder);
}

static void check_place(struct options *o)
{
    bool in_lab_tree = access("LAB", F_OK) == 0;
    struct stat status;

    if (in_lab_tree && o->subject != SUBJECT_REFERENCE) {
        fail(STATUS_USAGE, "this is a lab's tree: it grades your own files and nothing else");
    }
    if (in_lab_tree) {
        o->subject = SUBJECT_OWN;
    }
    if (o->subject == SUBJECT_SUBMISSION &&
        (stat(o->submission, &status) != 0 || !S_ISDIR(status.st_mode))) {
        fail(STATUS_USAGE, "the submission '%s' is no folder", o->submission);
    }
    if (o->json != NULL) {
        check_writable(o->json);
    }
}

struct options options_read(int count, char **arguments)
{
    struct options o = {
        .lab = "", .subject = SUBJECT_REFERENCE, .token = random_number(), .seed = random_number()};
    int option;

    while ((option = getopt_long(count, arguments, "", known, NULL)) >= 0) {
        take_option(&o, option);
    }
    if (optind < count) {
        fail(STATUS_USAGE, "unexpected '%s'; see grade --help", arguments[optind]);
    }
    check_place(&o);
    return o;
}
