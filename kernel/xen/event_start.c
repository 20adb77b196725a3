/* Events begin, and begin anew after a restore: see stardust/event.h. */
#include <stardust/event.h>

#include <kernel/xen/event_table.h>

#include <stardust/cpu.h>
#include <stardust/hypercall.h>
#include <stardust/panic.h>
#include <stardust/shared_info.h>
#include <stardust/upcall.h>

void events_init_this(void)
{
    struct callback_register callback = {
        .type = CALLBACKTYPE_event,
        .flags = CALLBACKF_mask_events,
        .address = (unsigned long)upcall_entry,
    };
    long error = hypercall_callback_register(&callback);

    assert_that(error == 0, "events: registering the upcall: error %ld", error);
}

static void mask_all(void)
{
    for (unsigned word = 0; word < EVENT_WORDS; word++) {
        __atomic_store_n(&shared_info.evtchn_mask[word], ~(uint64_t)0, __ATOMIC_SEQ_CST);
    }
}

/* The domain builder leaves ports unmasked: before the first upcall can come, every one is masked. */
void events_init(void)
{
    mask_all();
    events_init_this();
}

static void forget_handlers(struct event_record *records)
{
    for (unsigned i = 0; records != NULL && i < EVENT_WORD_BITS; i++) {
        records[i].handler = NULL;
    }
}

void events_forget(void)
{
    mask_all();
    for (unsigned word = 0; word < EVENT_WORDS; word++) {
        forget_handlers(event_records[word]);
        for (unsigned cpu = 0; cpu < CPUS_MAX && cpus[cpu] != NULL; cpu++) {
            cpus[cpu]->events.mine[word] = 0;
        }
    }
}
