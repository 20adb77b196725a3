/* The C library with threads: what a thread has for itself, and what is locked. */
#include "guest.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <stardust/frames.h>
#include <stardust/heap.h>
#include <stardust/thread.h>

enum { WORKERS = 8, ROUNDS = 200, NUMBERS = 16, BLOCKS = 32, GENERATIONS = 60 };

static uint64_t wrong;
static FILE *stream;
static int numbers[WORKERS][NUMBERS];

static void found_wrong(bool it_is)
{
    if (it_is) {
        __atomic_fetch_add(&wrong, 1, __ATOMIC_RELAXED);
    }
}

static void use_own_errno(struct worker *w)
{
    for (int i = 0; i < ROUNDS; i++) {
        errno = (int)w->number + 1;
        thread_yield();
        worker_dawdle(w);
        found_wrong(errno != (int)w->number + 1);
    }
}

static __thread unsigned own_start = 7;
static __thread unsigned own_sum;
static __thread char own_aligned __attribute__((aligned(64)));

static void use_own_variables(struct worker *w)
{
    own_start++;
    found_wrong(own_start != 8 || own_sum != 0 || (uintptr_t)&own_aligned % 64 != 0);
    for (unsigned i = 1; i <= ROUNDS; i++) {
        own_sum += own_start + (unsigned)w->number;
        thread_yield();
        worker_dawdle(w);
        found_wrong(own_sum != i * (8 + (unsigned)w->number));
    }
}

static void cut_own_words(struct worker *w)
{
    for (int i = 0; i < ROUNDS; i++) {
        char text[] = "a bc def ghij";
        size_t length = 0;

        for (char *word = strtok(text, " "); word != NULL; word = strtok(NULL, " ")) {
            found_wrong(strlen(word) != ++length);
            thread_yield();
            worker_dawdle(w);
        }
        found_wrong(length != 4);
    }
}

static void draw(unsigned seed, int *to)
{
    srand(seed);
    for (int i = 0; i < NUMBERS; i++) {
        to[i] = rand();
        thread_yield();
    }
}

static void draw_own_numbers(struct worker *w)
{
    int drawn[NUMBERS];

    for (int i = 0; i < ROUNDS / 10; i++) {
        draw(w->number, drawn);
        found_wrong(memcmp(drawn, numbers[w->number], sizeof drawn) != 0);
    }
}

static void write_lines(struct worker *w)
{
    for (int i = 0; i < ROUNDS; i++) {
        fprintf(stream, "%u: %d %.3f end\n", w->number, i, i / 8.0);
        worker_dawdle(w);
    }
}

static void use_heap(struct worker *w)
{
    unsigned char *blocks[BLOCKS] = {NULL};

    for (int i = 0; i < 10 * ROUNDS; i++) {
        unsigned char **block = &blocks[random_below(&w->random, BLOCKS)];
        size_t size = 1 + (size_t)random_below(&w->random, 3000);

        found_wrong(*block != NULL && **block != w->number);
        free(*block);
        *block = malloc(size);
        found_wrong(*block == NULL);
        memset(*block, (int)w->number, size);
        worker_dawdle(w);
    }
    for (int i = 0; i < BLOCKS; i++) {
        free(blocks[i]);
    }
}

static void use_environment(struct worker *w)
{
    for (int i = 0; i < ROUNDS; i++) {
        char name[] = {'W', (char)('A' + w->number), '\0'};
        char value[16];

        snprintf(value, sizeof value, "%d", i);
        setenv(name, value, 1);
        worker_dawdle(w);
        found_wrong(getenv(name) == NULL || atoi(getenv(name)) != i);
    }
}

/* Each line must be whole, and the lines of one thread in order. */
static void test_stream(void)
{
    int next[WORKERS] = {0};
    int lines = 0;
    char *text = NULL;
    size_t size;

    stream = open_memstream(&text, &size);
    workers_run("threads write to one stream", WORKERS, write_lines);
    fclose(stream);
    for (char *line = strtok(text, "\n"); line != NULL; line = strtok(NULL, "\n")) {
        unsigned from = 0;
        int i = 0;
        double eighths = 0;
        char end[4] = "";

        found_wrong(sscanf(line, "%u: %d %lf %3s", &from, &i, &eighths, end) != 4 ||
                    from >= WORKERS || i != next[from]++ || strcmp(end, "end") != 0);
        lines++;
    }
    free(text);
    check(wrong == 0 && lines == WORKERS * ROUNDS, "lines to one stream stay whole", wrong, 0);
}

/* Makes the library allocate a state for this thread, and memory for that. */
static void need_state(struct worker *w)
{
    char text[400];

    thread_set_affinity(thread_current(), 1);
    snprintf(text, sizeof text, "%.300f", 0.1 + w->number);
    found_wrong(strtod(text, NULL) != 0.1 + w->number);
}

static size_t pages_free(void)
{
    struct frame_statistics s;

    heap_trim();
    s = frames_statistics();
    return s.free + s.cached + s.untouched;
}

static void test_no_leak(void)
{
    size_t before;

    /* All on one vCPU: what the others keep at hand is not counted. */
    thread_set_affinity(thread_current(), 1);
    workers_run("threads use the library", WORKERS, need_state);
    before = pages_free();
    for (int i = 0; i < GENERATIONS; i++) {
        workers_run("threads use the library", WORKERS, need_state);
    }
    /* States that stay would take several times as many. */
    check(pages_free() + 8 >= before, "a thread's state ends with it", pages_free(), before);
}

static void run_and_check(const char *what, void (*work)(struct worker *))
{
    wrong = 0;
    workers_run(what, WORKERS, work);
    check(wrong == 0, what, wrong, 0);
}

void test_library(void)
{
    for (unsigned i = 0; i < WORKERS; i++) {
        draw(i, numbers[i]);
    }
    run_and_check("each thread has its own errno", use_own_errno);
    run_and_check("each thread has its own thread-local variables", use_own_variables);
    run_and_check("each thread has its own strtok", cut_own_words);
    run_and_check("each thread has its own random numbers", draw_own_numbers);
    run_and_check("threads share the heap", use_heap);
    run_and_check("threads share the environment", use_environment);
    test_stream();
    test_no_leak();
}
