/*
 * Suspending: the toolstack saves this domain's memory and makes a new domain of it later, here or on another machine; or it
 * only looks at the memory, and lets the domain go on.
 *
 * In the new domain the memory lies in other machine frames, the page that is shared with Xen is another one, all event
 * channels but those of the console and of xenstore are gone, and so are the grant table and the connections to backends.
 * The threads notice nothing of it: all but the first vCPU go down before, so that none of them is in the middle of
 * something that counts.
 * Document: SCHEDOP_shutdown in the public header xen/sched.h, struct start_info in xen/xen.h.
 */
#pragma once

#include <stardust/list_type.h>
#include <stardust/types.h>

#include <xen/xen.h>

/** Keep where Xen tells, after suspending too, where things are. Context: boot. */
void suspend_init(const struct start_info *info);

/** Suspend this domain. Returns when it goes on. Context: thread, no spinlock held. */
void suspend(void);

/**
 * Somebody who has to know: who has bound an event channel of his own, say. The functions are called in a thread, with
 * everything at work; `before` in the order in which they were added, `after` in the opposite one. Either may be NULL.
 */
struct suspend_listener {
    void (*before)(struct suspend_listener *listener);
    void (*after)(struct suspend_listener *listener, bool cancelled);
    struct list listeners;
};

/** Let them be called; `listener` lives for ever. Context: thread. */
void suspend_listen(struct suspend_listener *listener);

/** How often this domain was restored; what was cancelled does not count. Context: any. */
unsigned suspend_count(void);
