/* Page frames, a vCPU and panics for the heap's tests: see fake.h. Regions are in fake_region.c. */
#include "fake.h"

#include <asm/prctl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <stardust/cpu.h>
#include <stardust/frames.h>
#include <stardust/hypercall.h>
#include <stardust/panic.h>
#include <stardust/symbols.h>

#define CHUNKS (FAKE_PAGES / FRAMES_PER_CHUNK)

static struct frame records[FAKE_PAGES];
static struct frame *chunks[CHUNKS];
static bool taken[FAKE_PAGES];
static unsigned deliveries;
static int panic_pipe = -1;

struct frame **frame_records = chunks;
pfn_t frames_end = FAKE_PAGES;

static struct cpu cpu = {.self = &cpu, .preemption = PREEMPTION_CALM};

void fake_start(void)
{
    void *place = pfn_to_virtual(0);

    if (mmap(place, FAKE_PAGES * PAGE_SIZE, PROT_READ | PROT_WRITE,
             MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0) != place ||
        syscall(SYS_arch_prctl, ARCH_SET_GS, &cpu) != 0) {
        printf("Bail out! the addresses of a kernel's memory cannot be had\n");
        exit(EXIT_FAILURE);
    }
    for (size_t i = 0; i < CHUNKS; i++) {
        chunks[i] = &records[i * FRAMES_PER_CHUNK];
    }
    cpu.info.evtchn_upcall_mask = 1;
}

size_t fake_pages_free(void)
{
    size_t count = 0;

    for (size_t i = 0; i < FAKE_PAGES; i++) {
        count += !taken[i];
    }
    return count;
}

static bool block_free(pfn_t pfn, size_t pages)
{
    return memchr(&taken[pfn], true, pages) == NULL;
}

pfn_t frames_alloc(unsigned order)
{
    size_t pages = (size_t)1 << order;

    for (pfn_t pfn = 0; order <= FRAME_ORDER_MAX && pfn + pages <= FAKE_PAGES; pfn += pages) {
        if (block_free(pfn, pages)) {
            memset(&taken[pfn], true, pages);
            frame_of(pfn)->use = FRAME_ALLOCATED;
            frame_of(pfn)->order = (uint8_t)order;
            return pfn;
        }
    }
    return FRAME_NONE;
}

/* A freed page is filled with what nobody may rely on. */
void frames_free(pfn_t pfn, unsigned order)
{
    size_t pages = (size_t)1 << order;

    assert_that(pfn < FAKE_PAGES && pfn % pages == 0 && frame_of(pfn)->use == FRAME_ALLOCATED &&
                    frame_of(pfn)->order == order && memchr(&taken[pfn], false, pages) == NULL,
                "frames_free: pfn 0x%lx, order %u", pfn, order);
    frame_of(pfn)->use = FRAME_FREE;
    memset(&taken[pfn], false, pages);
    memset(pfn_to_virtual(pfn), 0x99, pages * PAGE_SIZE);
}

void *page_alloc(void)
{
    pfn_t pfn = frames_alloc(0);

    return pfn != FRAME_NONE ? pfn_to_virtual(pfn) : NULL;
}

void page_free(void *page)
{
    frames_free(virtual_to_pfn(page), 0);
}

void page_cache_drain(void)
{
}

long hypercall(unsigned long number, unsigned long argument1, unsigned long argument2,
               unsigned long argument3, unsigned long argument4, unsigned long argument5)
{
    (void)number, (void)argument1, (void)argument2, (void)argument3, (void)argument4;
    (void)argument5;
    deliveries++;
    return 0;
}

unsigned fake_deliveries(void)
{
    return deliveries;
}

bool fake_masked(void)
{
    return cpu.info.evtchn_upcall_mask != 0;
}

/* All code has one name: what is tested is that the report asks for it. */
struct symbol symbol_find(uint64_t address)
{
    return (struct symbol){.name = "some_function", .offset = address % 16};
}

void panic(const char *format, ...)
{
    char text[256];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    if (panic_pipe < 0) {
        printf("not ok 0 - panic: %s\n", text);
        exit(EXIT_FAILURE);
    }
    _exit(write(panic_pipe, text, strlen(text)) < 0);
}

bool fake_panics(void (*run)(void), const char *words)
{
    char text[257] = "";
    int ends[2];
    pid_t child;

    fflush(stdout);
    if (pipe(ends) != 0 || (child = fork()) < 0) {
        return false;
    }
    if (child == 0) {
        panic_pipe = ends[1];
        run();
        _exit(0);
    }
    close(ends[1]);
    if (read(ends[0], text, sizeof text - 1) <= 0 || strstr(text, words) == NULL) {
        printf("# the panic's text is \"%s\", without \"%s\"\n", text, words);
        text[0] = '\0';
    }
    close(ends[0]);
    waitpid(child, NULL, 0);
    return text[0] != '\0';
}
