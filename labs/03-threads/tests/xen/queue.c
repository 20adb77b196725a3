/* Exercises 3.1 and 3.2 on the real hypervisor: a run queue of our own. See parts.h. */
#include "parts.h"

#include <tests/ktap/guest.h>

static struct runqueue queue;
static struct thread threads[QUEUE_THREADS];

static unsigned number_of(const struct thread *t)
{
    for (unsigned i = 0; i < QUEUE_THREADS; i++) {
        if (t == &threads[i]) {
            return i;
        }
    }
    return NO_THREAD;
}

static void set(unsigned thread, unsigned priority, uint32_t affinity)
{
    threads[thread].priority = (uint8_t)priority;
    threads[thread].affinity = affinity;
}

static void add(unsigned thread)
{
    runqueue_add(&queue, &threads[thread]);
}

static void add_first(unsigned thread)
{
    runqueue_add_first(&queue, &threads[thread]);
}

static void remove_thread(unsigned thread)
{
    runqueue_remove(&queue, &threads[thread]);
}

static unsigned take(void)
{
    return number_of(runqueue_take(&queue));
}

static unsigned steal(unsigned cpu)
{
    return number_of(runqueue_steal(&queue, cpu));
}

static int highest(void)
{
    return runqueue_highest(&queue);
}

void test_queue(uint64_t seed)
{
    static const struct queue_functions functions = {set,  add,   add_first, remove_thread,
                                                     take, steal, highest};
    unsigned left = 0;

    runqueue_init(&queue);
    guest_report_value("queue_moves", queue_moves(&functions, seed));
    while (take() != NO_THREAD) {
        left++;
    }
    guest_report_test("threads.queue", left <= QUEUE_THREADS && queue.count == 0,
                      &(struct guest_failure){
                          .rule = "a run queue is empty when all threads were taken out",
                          .did = "it is not, or more came out than went in",
                          .expected = "count 0",
                          .usually = "the unit tests of 3.1 and 3.2 say more",
                      });
}
