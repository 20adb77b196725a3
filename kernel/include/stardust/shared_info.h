/*
 * The page that Xen and this guest share: clock, event channels, and the address of a page fault.
 */
#pragma once

#include <stardust/types.h>

#include <xen/xen.h>

/** The shared page: a page of the image, whose frame shared_info_map replaces. All zero until then. */
extern struct shared_info shared_info;

/** Map it. Panics when Xen refuses. Context: boot, after start_info_read; suspend.c, when `guest` says where it is now. */
void shared_info_map(void);

/** Let the image's own page be there again, so that this guest has no frame that is not its own. Context: suspend.c. */
void shared_info_unmap(void);
