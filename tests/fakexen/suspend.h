/*
 * Suspending: what the toolstack looks for in a domain that has stopped, and what the new one finds that it makes of it.
 */
#pragma once

#include "fakexen.h"

/**
 * SCHEDOP_shutdown for SHUTDOWN_suspend; `start_info` is the frame in the third argument. Fails the test where the
 * toolstack could not save this domain. Returns 1 when fakexen.cancels says so, and nothing has changed then; 0 in the
 * new domain, where
 *
 *   the page that is shared with Xen is another one, no event is pending, and all ports are masked;
 *   the ports of xenstore and of the console have other numbers, all others are gone;
 *   the grant table is gone;
 *   vCPUs that were down are as new, those that were up have their callbacks, and nothing else that they had registered.
 *
 * Unlike on Xen, the other pages stay in their frames. Document: xen/sched.h, and what xenguest's save and restore do.
 */
long suspend_domain(mfn_t start_info);
