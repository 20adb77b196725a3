/*
 * Xenbus in the words of a failure's report.
 */
#pragma once

#include <kernel/xen/xenbus_device.h>

#define BUS_STATES (XenbusStateReconfigured + 1)

/** "InitWait", or "77, which is no state". */
const char *bus_state_name(unsigned state);

/** "XENBUS_WAIT", or "77, which is no action". */
const char *bus_action_name(unsigned action);
