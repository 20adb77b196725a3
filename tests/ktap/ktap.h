/*
 * The report of a run of tests: what the unit tests and the tests inside a guest print, and the grader reads.
 *
 *   KTAP version 1
 *   1..3
 *   ok 1 hypercall.number # fence=0123456789abcdef
 *   not ok 2 ring.room # fence=fedcba9876543210
 *       rule: what must hold, and the document that says so
 *       you did: what the code under test did
 *       expected: what would have been right
 *       usually: the commonest cause
 *       where: file:line function <- its caller
 *   ok 3 ring.order # SKIP why it could not be run
 *   value pages 0000000000008000 # fence=1122334455667788
 *   Bail out! why nothing more can be tested: a fault of the machine, never of the code under test
 *
 * A failure's five lines come in this order, and any of them may be missing; each is one line. A test's name is
 * SUITE.NAME, without spaces. Tests that the plan "1..N" promises and that never report did not finish.
 *
 * A value is a fact for the grader to check from outside: 16 hexadecimal digits, without a verdict of its own. See
 * labs/NN-name/tests/xen for which values a lab has. Its fence is made of the digits in place of the verdict.
 *
 * A guest's report stands among other text of its console: only lines that begin exactly so count, and a carriage
 * return before the line feed does not. The stream of stream.h may follow. The last line of a guest's report is
 * KTAP_GUEST_END.
 *
 * The run's token and seed are given as --token=HEX --seed=N to a program, as the words token=HEX seed=N on the command
 * line (before any "--") to a guest. Without them both are KTAP_NO_TOKEN and KTAP_NO_SEED.
 */
#pragma once

#define KTAP_VERSION "KTAP version 1"
#define KTAP_FENCE   " # fence="
#define KTAP_OK      "ok"     /* a verdict as the fence takes it */
#define KTAP_NOT_OK  "not ok" /* the other one */

/** The last line of a guest's report: KTAP_GUEST_END("boot") is "end of boot tests". */
#define KTAP_GUEST_END(lab) "end of " lab " tests"

#define KTAP_STREAM_BEGIN "stream begins" /* the line before the stream */
#define KTAP_STREAM_END   "stream ends"   /* the line after it */

#define KTAP_NO_TOKEN 0
#define KTAP_NO_SEED  1

/* Exit status of a program of tests that bailed out; 0 whenever all tests ran, whatever their verdicts. */
#define KTAP_STATUS_INFRA 12
