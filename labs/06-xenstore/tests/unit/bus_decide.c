/* Exercise 6.7: what to do, by the states of both sides. All pairs of states, and numbers that are none. */
#include <tests/fakexen/runner/test.h>
#include <tests/ktap/random.h>

#include "bus_names.h"
#include "suites.h"

#define PLACE ((const void *)xenbus_decide)

enum { I = XenbusStateInitialising, W, R, C, G, D };

/* A row for each state of our own, W for what the backend waits in: which action, by the backend's state from Unknown on. */
static const struct {
    unsigned own;
    const char actions[BUS_STATES + 1];
    const char *rule;
} rows[] = {
    {I, "..c..x...",
     "Initialising: there are no rings yet; they are made when the backend waits for them"},
    {R, "x...uxx..",
     "Initialised: our rings are published; in use they are once the backend is Connected"},
    {C, "xrrrlxx.l",
     "Connected: until the backend leaves, vanishes, or begins anew and knows nothing of us"},
    {G, "e....ee..",
     "Closing: the backend must see it; it answers with Closing or Closed, or it is gone"},
    {D, "r.r...r..",
     "Closed: the rings are given back when the backend is Closed, gone, or began anew; not "
     "before"},
};

static enum xenbus_action action_of(char letter)
{
    static const char letters[] = ".culxer"; /* in the order of enum xenbus_action */
    unsigned action = 0;

    while (letters[action] != letter) {
        action++;
    }
    return (enum xenbus_action)action;
}

static const char *usual_cause(unsigned own, unsigned peer)
{
    if (peer == XenbusStateUnknown) {
        return "a backend may vanish in any state, with its whole folder (handout 6.7)";
    }
    if (peer == XenbusStateClosing || peer == XenbusStateClosed) {
        return own == XenbusStateClosed
                   ? "Closing is not Closed: it still has our rings mapped (handout 6.7)"
                   : "who is asked to close answers, in whatever state it is (handout 6.7)";
    }
    if (own == XenbusStateConnected || own == XenbusStateClosed) {
        return "a backend in InitWait was started anew, and waits for new rings (handout 6.7)";
    }
    return "only the two states together say what is to be done (handout 6.7)";
}

static void check_pair(unsigned row, unsigned peer)
{
    unsigned own = rows[row].own;
    enum xenbus_action expected = action_of(rows[row].actions[peer < BUS_STATES ? peer : 0]);
    enum xenbus_action got = xenbus_decide((enum xenbus_state)own, (enum xenbus_state)peer);

    CHECK(got == expected, .rule = rows[row].rule,
          .did = text("xenbus_decide(%s, %s) is %s", bus_state_name(own), bus_state_name(peer),
                      bus_action_name(got)),
          .expected = bus_action_name(expected), .usually = usual_cause(own, peer), .where = PLACE);
}

static void check_peer(unsigned peer)
{
    for (unsigned row = 0; row < ARRAY_LENGTH(rows); row++) {
        check_pair(row, peer);
    }
}

static void test_connects(void)
{
    check_pair(0, XenbusStateInitWait);
    check_pair(1, XenbusStateConnected);
}

static void test_waits(void)
{
    check_pair(0, XenbusStateInitialising);
    check_pair(1, XenbusStateInitialising);
    check_pair(1, XenbusStateInitWait);
    check_pair(0, XenbusStateConnected);
    check_peer(XenbusStateReconfiguring);
}

static void test_closes(void)
{
    check_peer(XenbusStateClosing);
    check_peer(XenbusStateClosed);
}

static void test_vanishes(void)
{
    check_peer(XenbusStateUnknown);
}

static void test_anew(void)
{
    check_peer(XenbusStateInitialising);
    check_peer(XenbusStateInitWait);
}

static void test_all_pairs(void)
{
    for (unsigned peer = 0; peer < BUS_STATES; peer++) {
        check_peer(peer);
    }
}

/* As large as a number in xenstore may be, and not only one more than the last state. */
static void test_nonsense(void)
{
    struct random random = random_start(test_seed());

    check_peer(BUS_STATES);
    check_peer(UINT32_MAX);
    for (unsigned i = 0; i < 1000; i++) {
        check_peer(BUS_STATES + (unsigned)random_below(&random, UINT32_MAX - BUS_STATES));
    }
}

CU_TestInfo bus_decide_tests[] = {
    {"connects", test_connects}, {"waits", test_waits}, {"closes", test_closes},
    {"vanishes", test_vanishes}, {"anew", test_anew},   {"all_pairs", test_all_pairs},
    {"nonsense", test_nonsense}, CU_TEST_INFO_NULL,
};
