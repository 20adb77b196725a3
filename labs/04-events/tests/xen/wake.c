/* Threads on the real hypervisor that one of them wakes: see parts.h. */
#include "parts.h"

#include <stardust/critical.h>
#include <stardust/preempt.h>
#include <stardust/print.h>
#include <stardust/schedule.h>
#include <stardust/thread.h>

#include <tests/ktap/guest.h>

static char did[160];
static uint64_t hash;
static unsigned ran;

static void *note(void *what)
{
    hash = events_fold(hash, (uintptr_t)what);
    ran++;
    return NULL;
}

static struct thread *make(uint64_t seed, uintptr_t i)
{
    const struct thread_options options = {
        .name = "woken",
        .priority = (int)events_priority(seed, (unsigned)i) - THREAD_PRIORITY_DEFAULT,
        .affinity = 1,
        .stopped = true,
    };
    struct thread *t = NULL;

    thread_create(&t, &options, note, (void *)(2 * i));
    return t;
}

static void wake_in_section(struct thread *t, uintptr_t what)
{
    preempt_disable();
    thread_wake(t);
    note((void *)what);
    preempt_enable();
}

static void wake_held_back(struct thread *t, uintptr_t what)
{
    critical_t state = critical_enter();

    thread_wake(t);
    note((void *)what);
    critical_leave(state);
}

static void wake(struct thread *t, uintptr_t what)
{
    thread_wake(t);
    note((void *)what);
}

static unsigned wake_all(uint64_t seed, void (*in_section)(struct thread *t, uintptr_t what))
{
    struct thread *threads[EVENTS_WOKEN];
    unsigned made = 0;

    hash = seed;
    ran = 0;
    for (unsigned i = 0; i < EVENTS_WOKEN; i++) {
        threads[i] = make(seed, i);
        made += threads[i] != NULL;
    }
    for (unsigned i = 0; i < EVENTS_WOKEN && made == EVENTS_WOKEN; i++) {
        (events_in_section(seed, i) ? in_section : wake)(threads[i], 2 * i + 1);
    }
    for (unsigned i = 0; i < EVENTS_WOKEN && made == EVENTS_WOKEN; i++) {
        thread_join(threads[i], NULL, NSEC_FOREVER);
    }
    return made;
}

static void report_woken(const char *name, unsigned made, const char *rule, const char *exercise)
{
    format_text(did, sizeof did, "%u of %u threads were made; %u things were noted", made,
                EVENTS_WOKEN, ran);
    report(name, made == EVENTS_WOKEN && ran == 2 * EVENTS_WOKEN, rule, did,
           "all of them, and two for each", exercise);
}

void test_wake(uint64_t seed)
{
    unsigned made = wake_all(seed, wake_in_section);

    guest_report_value("wake_order", hash);
    report_woken(
        "threads.wake", made,
        "a thread of higher priority runs as soon as it is woken, or the section ends that "
        "keeps it from that; one of lower priority when nobody else wants to",
        "4.4");
}

void test_held(uint64_t seed)
{
    unsigned made = wake_all(~seed, wake_held_back);

    guest_report_value("held_order", hash);
    report_woken("threads.held", made,
                 "a thread that is woken while upcalls are held back runs as soon as they are not",
                 "4.4 and 4.5");
}
