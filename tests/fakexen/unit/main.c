/*
 * The program of a lab's unit tests: unit --list, or unit [--token=HEX] [--seed=N] [NAME...]
 *
 * NAME is a test (ring.wrap) or a suite (ring); none means all. Its report is described in tests/ktap/ktap.h. The exit
 * status is 0 when the tests ran, whatever their verdicts; 2 for bad options; 12 when this machine cannot run them.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <CUnit/CUnit.h>
#include <CUnit/TestDB.h>

#include <tests/ktap/ktap.h>

#include "../runner/isolate.h"
#include "../runner/test.h"
#include "report.h"

enum { USAGE = 2, NAME_SIZE = 128, MOST_ENDLESS = 3 };

static uint64_t token = KTAP_NO_TOKEN;
static uint64_t seed = KTAP_NO_SEED;

typedef void visitor(CU_pSuite suite, CU_pTest test, const char *name);

uint64_t test_seed(void)
{
    return seed;
}

static bool chosen(char **names, const char *name, const char *suite)
{
    if (*names == NULL) {
        return true;
    }
    for (; *names != NULL; names++) {
        if (strcmp(*names, name) == 0 || strcmp(*names, suite) == 0) {
            return true;
        }
    }
    return false;
}

/* Returns how many tests were visited. */
static unsigned visit(char **names, visitor *act)
{
    unsigned count = 0;

    for (CU_pSuite suite = CU_get_registry()->pSuite; suite != NULL; suite = suite->pNext) {
        for (CU_pTest test = suite->pTest; test != NULL; test = test->pNext) {
            char name[NAME_SIZE];

            snprintf(name, sizeof name, "%s.%s", suite->pName, test->pName);
            if (chosen(names, name, suite->pName)) {
                act(suite, test, name);
                count++;
            }
        }
    }
    return count;
}

static void visit_nothing(CU_pSuite suite, CU_pTest test, const char *name)
{
    (void)suite;
    (void)test;
    (void)name;
}

static void visit_list(CU_pSuite suite, CU_pTest test, const char *name)
{
    (void)suite;
    (void)test;
    puts(name);
}

/* Returns the verdict on a test that is not begun: those before it took their whole time, each of them. */
static const struct verdict *give_up(void)
{
    static struct verdict v;

    v = (struct verdict){.outcome = VERDICT_NONE};
    verdict_fill(&v, &(struct failure){
                         .rule = "the code under test returns to the test",
                         .did = text("did not in %d tests before this one, which was not begun",
                                     MOST_ENDLESS),
                         .expected = "a return",
                         .usually = "see the first test of this name that failed",
                     });
    return &v;
}

static void visit_run(CU_pSuite suite, CU_pTest test, const char *name)
{
    static CU_pSuite before;
    static unsigned endless; /* tests of `before` that did not return */
    const struct verdict *v;

    endless = suite == before ? endless : 0;
    before = suite;
    v = endless < MOST_ENDLESS ? isolate_run(suite, test) : give_up();
    endless += v->endless;
    report_test(name, v);
}

static _Noreturn void usage(const char *wrong)
{
    fprintf(stderr, "unit: %s\nusage: unit --list | unit [--token=HEX] [--seed=N] [NAME...]\n",
            wrong);
    exit(USAGE);
}

static uint64_t number(const char *digits, int base, const char *wrong)
{
    char *end;
    uint64_t value = strtoull(digits, &end, base);

    if (*digits == '\0' || *end != '\0') {
        usage(wrong);
    }
    return value;
}

/* Returns where the names begin. */
static char **read_options(char **argument)
{
    for (; *argument != NULL && strncmp(*argument, "--", 2) == 0; argument++) {
        if (strncmp(*argument, "--token=", 8) == 0) {
            token = number(*argument + 8, 16, "--token=HEX takes a hexadecimal number");
        } else if (strncmp(*argument, "--seed=", 7) == 0) {
            seed = number(*argument + 7, 10, "--seed=N takes a decimal number");
        } else {
            usage("unknown option");
        }
    }
    return argument;
}

static void refuse_unknown(char **names)
{
    for (; *names != NULL; names++) {
        if (visit((char *[]){*names, NULL}, visit_nothing) == 0) {
            usage(text("there is no test or suite '%s'; unit --list shows them all", *names));
        }
    }
}

static int run(char **names)
{
    const char *impossible = isolate_possible();

    refuse_unknown(names);
    report_begin(visit(names, visit_nothing), token);
    if (impossible != NULL) {
        report_bail_out(impossible);
        return KTAP_STATUS_INFRA;
    }
    visit(names, visit_run);
    return 0;
}

int main(int count, char **arguments)
{
    (void)count;
    if (CU_initialize_registry() != CUE_SUCCESS || CU_register_suites(unit_suites) != CUE_SUCCESS) {
        fprintf(stderr, "unit: CUnit: %s\n", CU_get_error_msg());
        return 1;
    }
    if (arguments[1] != NULL && strcmp(arguments[1], "--list") == 0) {
        visit((char *[]){NULL}, visit_list);
        return 0;
    }
    return run(read_options(arguments + 1));
}
