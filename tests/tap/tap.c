/* CUnit tests as TAP: see tap.h. */
#include "tap.h"

#include <stdio.h>
#include <stdlib.h>

#include <CUnit/CUnit.h>
#include <CUnit/TestRun.h>

static void print_failures(void)
{
    for (CU_pFailureRecord f = CU_get_failure_list(); f != NULL; f = f->pNext) {
        printf("# %s:%u: %s\n", f->strFileName, f->uiLineNumber, f->strCondition);
    }
}

/* CUnit forgets the failures of a test when the next one starts, so each is run by itself. */
static unsigned run_one(CU_pSuite suite, size_t number, const struct tap_test *test)
{
    CU_pTest entry = CU_add_test(suite, test->name, test->run);
    unsigned failures;

    if (entry == NULL || CU_run_test(suite, entry) != CUE_SUCCESS) {
        printf("not ok %zu - %s: %s\n# CUnit: %s\n", number, suite->pName, test->name,
               CU_get_error_msg());
        return 1;
    }
    failures = CU_get_number_of_failures();
    printf("%s %zu - %s: %s\n", failures == 0 ? "ok" : "not ok", number, suite->pName, test->name);
    print_failures();
    fflush(stdout);
    return failures;
}

int tap_run(const char *name, const struct tap_test *tests, size_t count)
{
    CU_pSuite suite;
    unsigned failures = 0;

    if (CU_initialize_registry() != CUE_SUCCESS ||
        (suite = CU_add_suite(name, NULL, NULL)) == NULL) {
        printf("Bail out! CUnit: %s\n", CU_get_error_msg());
        return EXIT_FAILURE;
    }
    printf("1..%zu\n", count);
    for (size_t i = 0; i < count; i++) {
        failures += run_one(suite, i + 1, &tests[i]);
    }
    CU_cleanup_registry();
    return failures == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
