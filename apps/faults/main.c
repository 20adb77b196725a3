/* Does one thing wrong, to see what the report of it looks like: `make run APP=faults CMDLINE="--
 * null"`. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "faults.h"

#include <stardust/panic.h>
#ifdef HAVE_PAGING
#include <stardust/region.h>
#endif

static void read_null(void)
{
    const int *volatile pointer = (const int *)8;

    printf("%d\n", *pointer);
}

static void write_text(void)
{
    *(volatile char *)write_text = 0;
}

static void jump_to_data(void)
{
    static char data[16];

    ((void (*)(void))data)();
}

static void jump_to_null(void)
{
    void (*volatile function)(void) = NULL;

    function();
}

int overflow_stack(int depth)
{
    volatile char frame[512];

    frame[0] = (char)depth;
    return depth < 0 ? frame[0] : overflow_stack(depth + 1) + frame[0];
}

static void stack(void)
{
    printf("%d\n", overflow_stack(0));
}

static void divide(void)
{
    volatile int zero = 0;

    printf("%d\n", 100 / zero);
}

static void smash(void)
{
    char buffer[8];

    memset(buffer, 'x', (size_t)strtol("40", NULL, 10));
    printf("%c\n", buffer[0]);
}

#ifdef HAVE_PAGING
static void run_out(void)
{
    struct region *region = region_reserve("a small region", 4096, REGION_ON_DEMAND);

    for (size_t i = 0; region != NULL && i <= 4096; i++) {
        ((volatile char *)region->start)[i] = 'x';
    }
}
#endif

static void write_freed(void)
{
    char *volatile block = malloc(100);

    if (block != NULL) {
        free(block);
        block[10] = 'x';
    }
}

static void call_panic(void)
{
    panic("somebody asked for it");
}

static void fail(void)
{
    exit(3);
}

static const struct fault {
    const char *name;
    void (*commit)(void);
    const char *text;
} faults[] = {
    {"null", read_null, "read through a NULL pointer"},
    {"text", write_text, "write to the code"},
    {"data", jump_to_data, "run data as code"},
    {"jump", jump_to_null, "call a function pointer that is NULL"},
    {"stack", stack, "recurse until the stack is full"},
    {"divide", divide, "divide by zero"},
    {"smash", smash, "write past the end of a buffer on the stack"},
#ifdef HAVE_PAGING
    {"region", run_out, "write past the end of a region"},
#endif
    {"freed", write_freed, "write to a freed block: found in a debug build (make run DEBUG=1 …)"},
    {"panic", call_panic, "panic"},
#ifdef HAVE_SMP
    {"thread", overflow_in_thread, "recurse in a thread until its stack is full"},
    {"busy", fault_among_busy,
     "read through a NULL pointer on the last vCPU, while the others compute"},
    {"both", panic_on_two, "panic on two vCPUs at the same time"},
    {"sleep", sleep_with_spinlock, "sleep while holding a spinlock"},
#endif
    {"abort", abort, "abort, as a failed assert does"},
    {"exit", fail, "exit with status 3"},
};

int main(int argc, char **argv)
{
    for (size_t i = 0; argc > 1 && i < sizeof faults / sizeof faults[0]; i++) {
        if (strcmp(argv[1], faults[i].name) == 0) {
            printf("%s: %s\n", argv[1], faults[i].text);
            fflush(stdout);
            faults[i].commit();
            printf("%s: nothing happened\n", argv[1]);
            return 1;
        }
    }
    printf("one word after \"--\" says what to do wrong:\n");
    for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
        printf("  %-8s %s\n", faults[i].name, faults[i].text);
    }
    return 0;
}
