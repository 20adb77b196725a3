/* A run queue and its model: see queue.h. */
#include "queue.h"
#include "queue_model.h"

#include <stdio.h>
#include <string.h>

#include <stardust/list.h>

#define RULES "(stardust/runqueue.h)"

static struct runqueue queue;
static struct thread threads[QUEUE_THREADS], untouched[QUEUE_THREADS];

void queue_start(void)
{
    fakexen_start(&(struct fakexen_options){.seed = test_seed()});
    model_start();
    runqueue_init(&queue);
    for (unsigned i = 0; i < QUEUE_THREADS; i++) {
        threads[i] = (struct thread){.state = THREAD_READY, .name = {(char)('A' + i)}};
        queue_set(i, THREAD_PRIORITY_DEFAULT, CPU_MASK_ALL);
    }
}

void queue_set(unsigned number, unsigned priority, cpu_mask_t affinity)
{
    threads[number].priority = (uint8_t)priority;
    threads[number].affinity = affinity;
    model_set(number, priority, affinity);
    untouched[number] = threads[number];
}

bool queue_has(unsigned number)
{
    return model_has(number);
}

/* What to say when something is wrong after a call. */
struct call {
    const char *words; /* "runqueue_add(C)" */
    const char *usually;
    const void *place;
};

static char name_of(unsigned number)
{
    return (char)('A' + number);
}

static const char *line_words(const struct line *line)
{
    char words[2 * QUEUE_THREADS + 1] = "";

    for (unsigned i = 0; i < line->count; i++) {
        sprintf(words + 2 * i, "%c ", name_of(line->numbers[i]));
    }
    return text("%s", line->count > 0 ? words : "nobody");
}

/* The threads in a list, as far as its links make sense. */
static struct line read_list(unsigned priority, const struct call *call)
{
    const struct list *head = &queue.ready[priority], *link = head;
    struct line line = {0};

    do {
        const struct list *next = link->next;

        CHECK(next != NULL && next->previous == link,
              .rule = "a list is a ring through its head: each link's next leads back to it "
                      "(stardust/list.h)",
              .did = text("after %s the list of priority %u is broken behind %s", call->words,
                          priority, line.count > 0 ? line_words(&line) : "its head"),
              .expected = "next->previous == link everywhere", .usually = call->usually,
              .where = call->place);
        link = next;
        if (link != head) {
            line.numbers[line.count++] =
                (unsigned)(LIST_ENTRY(link, struct thread, ready) - threads);
        }
    } while (link != head && line.count < QUEUE_THREADS);
    return line;
}

static void compare_lists(const struct call *call)
{
    for (unsigned priority = 0; priority < THREAD_PRIORITIES; priority++) {
        struct line line = read_list(priority, call);
        const struct line *expected = model_line(priority);

        CHECK(line.count == expected->count &&
                  memcmp(line.numbers, expected->numbers, line.count * sizeof line.numbers[0]) == 0,
              .rule = "each thread waits in the list of its priority, first come, first "
                      "served " RULES,
              .did = text("after %s there wait at priority %u: %s", call->words, priority,
                          line_words(&line)),
              .expected = line_words(expected), .usually = call->usually, .where = call->place);
    }
}

static void compare_summary(const struct call *call)
{
    uint32_t occupied = 0;
    unsigned count = 0;

    for (unsigned priority = 0; priority < THREAD_PRIORITIES; priority++) {
        occupied |= (uint32_t)(model_line(priority)->count > 0) << priority;
        count += model_line(priority)->count;
    }
    CHECK(queue.occupied == occupied,
          .rule = "bit n of `occupied` says whether ready[n] has a thread " RULES,
          .did = text("after %s it is 0x%x", call->words, queue.occupied),
          .expected = text("0x%x", occupied),
          .usually = "the bit is not set with the first thread, or not cleared with the last one, "
                     "or cleared while others still wait there",
          .where = call->place);
    CHECK(queue.count == count, .rule = "`count` is the number of threads in all lists " RULES,
          .did = text("after %s it is %u", call->words, queue.count), .expected = text("%u", count),
          .usually = "one of the ways in or out does not count", .where = call->place);
}

/* Links and `queued` are as the model says; all else is as it was. */
static void compare_thread(unsigned number, const struct call *call)
{
    struct thread *t = &threads[number];
    struct thread rest = *t;

    CHECK(t->queued == model_has(number),
          .rule = "`queued` says whether a thread is in a run queue (stardust/thread.h)",
          .did = text("after %s it is %s for %c", call->words, t->queued ? "true" : "false",
                      name_of(number)),
          .expected = t->queued ? "false" : "true",
          .usually = "one of the ways in or out does not set it", .where = call->place);
    rest.ready = untouched[number].ready;
    rest.queued = untouched[number].queued;
    CHECK(memcmp(&rest, &untouched[number], sizeof rest) == 0,
          .rule = "a run queue touches a thread's `ready` and `queued` alone " RULES,
          .did = text("%s changed another field of %c", call->words, name_of(number)),
          .expected = "all others as they were",
          .usually = "the state is set here: schedule.c does that", .where = call->place);
}

static void compare(const struct call *call)
{
    compare_lists(call);
    compare_summary(call);
    for (unsigned i = 0; i < QUEUE_THREADS; i++) {
        compare_thread(i, call);
    }
}

void queue_add(unsigned number)
{
    runqueue_add(&queue, &threads[number]);
    model_add(number);
    compare(&(struct call){text("runqueue_add(%c)", name_of(number)),
                           "list_push_back puts a link last", (const void *)runqueue_add});
}

void queue_add_first(unsigned number)
{
    runqueue_add_first(&queue, &threads[number]);
    model_add_first(number);
    compare(&(struct call){text("runqueue_add_first(%c)", name_of(number)),
                           "list_push_front puts a link first", (const void *)runqueue_add_first});
}

void queue_remove(unsigned number)
{
    runqueue_remove(&queue, &threads[number]);
    model_remove(number);
    compare(&(struct call){text("runqueue_remove(%c)", name_of(number)),
                           "another thread was taken out than the one that was asked for",
                           (const void *)runqueue_remove});
}

static const char *thread_words(const struct thread *t)
{
    return t == NULL ? "NULL"
           : t >= threads && t < threads + QUEUE_THREADS
               ? text("%c", name_of((unsigned)(t - threads)))
               : "a pointer to no thread";
}

/* `number`: MODEL_NONE when NULL is right. */
static bool check_returned(const struct thread *t, unsigned number, const char *rule,
                           const struct call *call)
{
    const struct thread *expected = number == MODEL_NONE ? NULL : &threads[number];

    CHECK(t == expected, .rule = rule, .did = text("%s returned %s", call->words, thread_words(t)),
          .expected = thread_words(expected), .usually = call->usually, .where = call->place);
    if (number != MODEL_NONE) {
        model_remove(number);
    }
    compare(call);
    return number != MODEL_NONE;
}

bool queue_take(void)
{
    int highest = model_highest();
    const struct call call = {"runqueue_take()",
                              "LIST_ENTRY of a list's head is no thread; the list's first link is "
                              "head->next",
                              (const void *)runqueue_take};

    return check_returned(runqueue_take(&queue),
                          highest < 0 ? MODEL_NONE : model_line((unsigned)highest)->numbers[0],
                          "runqueue_take takes the first thread of the highest priority that has "
                          "one; NULL when nobody waits " RULES,
                          &call);
}

bool queue_steal(unsigned cpu)
{
    const struct call call = {text("runqueue_steal(vCPU %u)", cpu),
                              "the search begins at the wrong end, or does not look at `affinity`, "
                              "or ends with the first priority",
                              (const void *)runqueue_steal};

    return check_returned(runqueue_steal(&queue, cpu), model_last(cpu),
                          "runqueue_steal takes the thread that would be taken last of those that "
                          "may run on that vCPU " RULES,
                          &call);
}

void queue_check_highest(void)
{
    int highest = runqueue_highest(&queue);

    CHECK(highest == model_highest(),
          .rule = "the highest priority that has a thread; -1 when nobody waits " RULES,
          .did = text("runqueue_highest returned %d; `occupied` is 0x%x", highest, queue.occupied),
          .expected = text("%d", model_highest()),
          .usually = "the number of leading zeroes is counted from bit 31 down, and is not defined "
                     "for 0",
          .where = (const void *)runqueue_highest);
}
