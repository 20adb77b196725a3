/* The model of a run queue: see queue_model.h. */
#include "queue_model.h"

#include <string.h>

static struct line lines[THREAD_PRIORITIES];

static struct {
    unsigned priority;
    cpu_mask_t affinity;
} settings[QUEUE_THREADS];

void model_start(void)
{
    memset(lines, 0, sizeof lines);
}

void model_set(unsigned number, unsigned priority, cpu_mask_t affinity)
{
    settings[number].priority = priority;
    settings[number].affinity = affinity;
}

static struct line *line_of(unsigned number)
{
    return &lines[settings[number].priority];
}

static unsigned place_of(unsigned number)
{
    const struct line *line = line_of(number);
    unsigned place = 0;

    while (place < line->count && line->numbers[place] != number) {
        place++;
    }
    return place;
}

bool model_has(unsigned number)
{
    return place_of(number) < line_of(number)->count;
}

static void insert(unsigned number, unsigned place)
{
    struct line *line = line_of(number);

    memmove(&line->numbers[place + 1], &line->numbers[place],
            (line->count++ - place) * sizeof line->numbers[0]);
    line->numbers[place] = number;
}

void model_add(unsigned number)
{
    insert(number, line_of(number)->count);
}

void model_add_first(unsigned number)
{
    insert(number, 0);
}

void model_remove(unsigned number)
{
    struct line *line = line_of(number);
    unsigned place = place_of(number);

    memmove(&line->numbers[place], &line->numbers[place + 1],
            (--line->count - place) * sizeof line->numbers[0]);
}

const struct line *model_line(unsigned priority)
{
    return &lines[priority];
}

int model_highest(void)
{
    int priority = THREAD_PRIORITIES - 1;

    while (priority >= 0 && lines[priority].count == 0) {
        priority--;
    }
    return priority;
}

unsigned model_last(unsigned cpu)
{
    for (unsigned priority = 0; priority < THREAD_PRIORITIES; priority++) {
        for (unsigned place = lines[priority].count; place > 0; place--) {
            unsigned number = lines[priority].numbers[place - 1];

            if (settings[number].affinity >> cpu & 1) {
                return number;
            }
        }
    }
    return MODEL_NONE;
}
