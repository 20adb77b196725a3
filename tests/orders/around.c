/* What the kernel's files under test need of others: see around.h. */
#include "around.h"

#include <string.h>

#include <stardust/heap.h>
#include <stardust/wait.h>

#include <kernel/xen/event_table.h>

#include <tests/fakexen/fakexen.h>
#include <tests/fakexen/runner/test.h>

#include <xen/callback.h>

#define RECORDS 2 /* words of ports, so many at most */

static struct event_record records[RECORDS][EVENT_WORD_BITS];
static unsigned records_made;

/* The only memory that is asked for: records of the ports of a word. */
void *heap_alloc_zeroed(size_t size)
{
    CHECK(records_made < RECORDS && size == sizeof records[0],
          .did = text("asked for %zu bytes, after %u times", size, records_made));
    return memset(records[records_made++], 0, size);
}

/* Nobody waits here. */
void wait_set_timers(const struct wait_timers *timers)
{
    (void)timers;
}

void around_again(unsigned vcpus)
{
    fakexen_again();
    memset(as_built_event_records, 0, sizeof as_built_event_records[0] * EVENT_WORDS);
    records_made = 0;
    for (unsigned vcpu = 0; vcpu < vcpus; vcpu++) {
        fakexen.vcpus[vcpu].callbacks[CALLBACKTYPE_event] = (uintptr_t)as_built_upcall_entry;
    }
}
