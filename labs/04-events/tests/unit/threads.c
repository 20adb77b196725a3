/* A vCPU with threads: see threads.h. */
#include "threads.h"

#include <stdio.h>
#include <string.h>

#include <stardust/critical.h>
#include <stardust/event_poll.h>
#include <stardust/fpu.h>
#include <stardust/preempt.h>
#include <stardust/schedule.h>
#include <stardust/slice.h>
#include <stardust/upcall.h>

#include "ports.h"

struct threads_log threads_log;

static struct thread running, idle, others[8];
static unsigned other_count;
static char areas[2][1024] __attribute__((aligned(FPU_ALIGNMENT)));

void threads_note(const char *what)
{
    if (threads_log.count < THREADS_NOTES) {
        threads_log.notes[threads_log.count++] = what;
    }
}

const char *threads_story(void)
{
    static char line[400];

    line[0] = '\0';
    for (unsigned i = 0; i < threads_log.count; i++) {
        snprintf(line + strlen(line), sizeof line - strlen(line), "%s%s", i > 0 ? ", " : "",
                 threads_log.notes[i]);
    }
    return line[0] != '\0' ? line : "nothing";
}

static void make_thread(struct thread *t, unsigned priority)
{
    *t = (struct thread){
        .cpu = fakexen_cpu(0), .priority = (uint8_t)priority, .affinity = CPU_MASK_ALL};
}

struct cpu *threads_start(void)
{
    struct cpu *cpu;

    ports_start();
    cpu = fakexen_cpu(0);
    cpu->info.evtchn_upcall_mask = 0;
    runqueue_init(&cpu->runqueue);
    memset(&threads_log, 0, sizeof threads_log);
    threads_log.slice_left = SLICE;
    other_count = 0;
    make_thread(&running, PRIORITY);
    make_thread(&idle, 0);
    running.fpu = areas[0];
    idle.fpu = areas[1];
    cpu->current = &running;
    cpu->idle = &idle;
    cpu->reschedule_port = PORT;
    preempt_want();
    return cpu;
}

void threads_ready(unsigned priority)
{
    struct thread *t = &others[other_count++];

    make_thread(t, priority);
    runqueue_add(&fakexen_cpu(0)->runqueue, t);
}

void threads_idle(void)
{
    fakexen_cpu(0)->current = &idle;
}

static void check_locked(const char *what, const void *where)
{
    CHECK(preempt_depth() >= 1 && critical_masked(),
          .rule = "the run queue and slices are looked at with upcalls masked and the queue's lock "
                  "held (stardust/slice.h)",
          .did = text("called %s %s", what,
                      critical_masked() ? "without the lock" : "with upcalls coming"),
          .expected = "critical_enter, then spin_lock(&cpu->runqueue.lock)",
          .usually = "the lock is taken too late or given back too early", .where = where);
}

nsec_t slice_left(struct cpu *cpu)
{
    (void)cpu;
    check_locked("slice_left", __builtin_return_address(0));
    return threads_log.slice_left;
}

void slice_watch(struct cpu *cpu, const struct thread *thread)
{
    check_locked("slice_watch", __builtin_return_address(0));
    CHECK(thread == cpu->current, .rule = "the slice of the thread that runs is watched",
          .did = "slice_watch was given another thread", .expected = "cpu->current",
          .where = __builtin_return_address(0));
    threads_log.watches++;
    if (threads_log.want_in_watch) {
        preempt_want();
    }
}

/* When it returns this thread runs again; another one did in between. */
void schedule_preempt(bool first)
{
    struct cpu *cpu = fakexen_cpu(0);
    struct thread *self = cpu->current;

    CHECK(critical_masked() && preempt_depth() == 0,
          .rule = "threads are switched with upcalls masked and no spinlock held "
                  "(stardust/schedule.h)",
          .did = text("called schedule_preempt with %s",
                      critical_masked() ? "preemption disabled, or a lock held" : "upcalls coming"),
          .expected = "critical_enter; every spin_lock has its unlock",
          .usually = "the run queue's lock is still held, or preemption still disabled as it was "
                     "for the handlers",
          .where = __builtin_return_address(0));
    threads_note("switch");
    threads_log.switches++;
    threads_log.first = first;
    cpu->current = &others[0];
    cpu->current = self;
}

int event_notify(evtchn_t port)
{
    CHECK(port == PORT, .rule = "the event to this vCPU itself goes to its reschedule_port",
          .did = text("sent one to port %u", port), .expected = text("%u", PORT),
          .where = __builtin_return_address(0));
    threads_note("event to ourselves");
    threads_log.sends++;
    return 0;
}

void fpu_save(void *area)
{
    threads_note("save");
    threads_log.saved = area;
}

void fpu_restore(const void *area)
{
    threads_note("restore");
    threads_log.restored = area;
}
