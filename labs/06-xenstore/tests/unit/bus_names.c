/* Xenbus in words: see bus_names.h. */
#include "bus_names.h"

#include <tests/fakexen/runner/test.h>

const char *bus_state_name(unsigned state)
{
    static const char *const names[BUS_STATES] = {
        "Unknown", "Initialising", "InitWait",      "Initialised",  "Connected",
        "Closing", "Closed",       "Reconfiguring", "Reconfigured",
    };

    return state < BUS_STATES ? names[state] : text("%u, which is no state", state);
}

const char *bus_action_name(unsigned action)
{
    static const char *const names[] = {
        "XENBUS_WAIT",  "XENBUS_CONNECT", "XENBUS_USE",     "XENBUS_LOOK",
        "XENBUS_CLOSE", "XENBUS_END",     "XENBUS_RESTART",
    };

    return action < ARRAY_LENGTH(names) ? names[action] : text("%u, which is no action", action);
}
