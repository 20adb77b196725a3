/*
 * The heap on Xen: what the words after "--" say is done, with a line for each result. `speed` counts instructions
 * when the rig runs with --exact=count; the others are for tests/heap/guest.sh.
 */
#include <errno.h>
#include <malloc.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <stardust/application.h>
#include <stardust/cpu.h>
#include <stardust/frames.h>
#include <stardust/heap.h>
#include <stardust/region.h>

const char application_name[] = "heap-test";

/* A block that is held; it lies in the block itself. */
struct held {
    struct held *next;
    size_t size;
};

static size_t pages_free(void)
{
    struct frame_statistics s;

    heap_trim();
    page_cache_drain();
    s = frames_statistics();
    return s.free + s.cached;
}

/* Allocate blocks of `size` bytes until there is no memory. Returns them in a list, and how many in `*count`. */
static struct held *take_all(size_t size, size_t *count)
{
    struct held *all = NULL, *block;

    errno = 0;
    for (*count = 0; (block = malloc(size)) != NULL; (*count)++) {
        *block = (struct held){.next = all, .size = size};
        all = block;
    }
    if (errno != ENOMEM) {
        printf("wrong: no memory, and errno is %d\n", errno);
    }
    return all;
}

static void free_all(struct held *all)
{
    while (all != NULL) {
        struct held *next = all->next;

        free(all);
        all = next;
    }
}

/* The first round takes in memory that was never touched, and printf a buffer: neither comes back. */
static int exhaust(void)
{
    static const size_t sizes[] = {4096, 16,   64,     200,     1000,   2048,
                                   4096, 5000, 100000, 1 << 20, 5 << 20};
    size_t before = 0, count;

    free_all(take_all(sizes[0], &count));
    printf("%zu pages in all\n", count);
    before = pages_free();
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        free_all(take_all(sizes[i], &count));
        printf("%zu blocks of %zu bytes, %zu KiB; then %zu pages are free, %zu were\n", count,
               sizes[i], count * sizes[i] / 1024, pages_free(), before);
        if (pages_free() != before || (count == 0 && sizes[i] < before * PAGE_SIZE / 2)) {
            printf("wrong: pages were lost, or there was no block\n");
            return 1;
        }
    }
    return 0;
}

static unsigned char pattern(size_t i, unsigned seed)
{
    return (unsigned char)(i * 31 + seed);
}

static int filled(const unsigned char *block, size_t size, unsigned seed)
{
    for (size_t i = 0; i < size; i++) {
        if (block[i] != pattern(i, seed)) {
            printf("wrong: byte %zu of %zu is 0x%02x\n", i, size, block[i]);
            return 0;
        }
    }
    return 1;
}

static size_t random_size(void)
{
    return (size_t)random() % ((size_t)1 << (random() % 20 + 1));
}

static struct {
    unsigned char *bytes;
    size_t size;
} slots[200];

/* Give slot `i` a block of another size. Returns whether its content came along. */
static int resize(size_t i, size_t size)
{
    size_t kept = size < slots[i].size ? size : slots[i].size;
    unsigned char *bytes = realloc(slots[i].bytes, size);

    if (bytes == NULL || !filled(bytes, kept, (unsigned)i)) {
        printf("wrong: %zu bytes resized to %zu: %p\n", slots[i].size, size, (void *)bytes);
        return 0;
    }
    for (size_t at = kept; at < size; at++) {
        bytes[at] = pattern(at, (unsigned)i);
    }
    slots[i].bytes = bytes;
    slots[i].size = size;
    return 1;
}

static void empty(size_t i)
{
    free(slots[i].bytes);
    slots[i].bytes = NULL;
    slots[i].size = 0;
}

/* Blocks of any size come and go, and each keeps its content. */
static int mix(void)
{
    for (unsigned round = 0; round < 20000; round++) {
        size_t i = (size_t)random() % 200;

        if (!resize(i, random_size())) {
            return 1;
        }
        if (random() % 4 == 0) {
            empty(i);
        }
    }
    for (size_t i = 0; i < 200; i++) {
        empty(i);
    }
    return 0;
}

#define EXPECT(condition)                                                                          \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            printf("wrong: not so: %s\n", #condition);                                             \
            return 1;                                                                              \
        }                                                                                          \
    } while (0)

/* What the C library promises beyond malloc and free. */
static int promises(void)
{
    volatile size_t too_many = SIZE_MAX / 2;
    void *memory = NULL;
    char *zero;

    errno = 0;
    EXPECT(calloc(too_many, 4) == NULL && errno == ENOMEM);
    errno = 0;
    EXPECT(malloc(too_many) == NULL && errno == ENOMEM);
    errno = 0;
    EXPECT(realloc(NULL, too_many) == NULL && errno == ENOMEM);
    errno = 0;
    EXPECT(memalign(48, 10) == NULL && errno == EINVAL);
    EXPECT(posix_memalign(&memory, 4, 10) == EINVAL && memory == NULL);
    EXPECT(posix_memalign(&memory, 64, too_many) == ENOMEM && memory == NULL);
    EXPECT(posix_memalign(&memory, 256, 10) == 0 && (uintptr_t)memory % 256 == 0);
    EXPECT(malloc_usable_size(memory) >= 10 && malloc_usable_size(NULL) == 0);
    free(memory);
    memory = aligned_alloc(8192, 8192);
    EXPECT(memory != NULL && (uintptr_t)memory % 8192 == 0);
    free(memory);
    zero = calloc(3, 1000);
    EXPECT(zero != NULL && zero[0] == 0 && memcmp(zero, zero + 1, 2999) == 0);
    free(zero);
    return 0;
}

static uint64_t measure(size_t size)
{
    uint64_t least = UINT64_MAX;

    for (int round = 0; round < 1000; round++) {
        uint64_t start = cpu_tsc(), end;

        if (size != 0) {
            free(malloc(size));
        }
        end = cpu_tsc();
        least = end - start < least ? end - start : least;
    }
    return least;
}

static int speed(void)
{
    static const size_t sizes[] = {16, 64, 1000, 4096, 5000, 100000, 1 << 20};
    uint64_t nothing = measure(0);

    printf("nothing %lu\n", nothing);
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        printf("malloc_free_%zu %lu\n", sizes[i], measure(sizes[i]) - nothing);
    }
    return 0;
}

static char *volatile block;

static int overrun(void)
{
    block = malloc(40);
    block[40] = 0;
    free(block);
    return 0;
}

static int underrun(void)
{
    block = malloc(40);
    block[-3] = 7;
    free(block);
    return 0;
}

static int use_after_free(void)
{
    block = strdup("a string that is freed");
    free(block);
    block[5] = 'x';
    return 0;
}

static int free_twice(void)
{
    block = malloc(100);
    free(block);
    free(block);
    return 0;
}

static int free_inside(void)
{
    block = malloc(100);
    free(block + 32);
    return 0;
}

static int free_wild(void)
{
    free((void *)(uintptr_t)0x123456789000);
    return 0;
}

static const struct job {
    const char *name;
    int (*run)(void);
} jobs[] = {
    {"exhaust", exhaust},
    {"mix", mix},
    {"promises", promises},
    {"speed", speed},
    {"overrun", overrun},
    {"underrun", underrun},
    {"use-after-free", use_after_free},
    {"free-twice", free_twice},
    {"free-inside", free_inside},
    {"free-wild", free_wild},
};

int main(int argc, char **argv)
{
    for (size_t i = 0; argc > 1 && i < sizeof jobs / sizeof jobs[0]; i++) {
        if (strcmp(argv[1], jobs[i].name) == 0) {
            int status = jobs[i].run();

            printf("%s ended\n", argv[1]);
            return status;
        }
    }
    printf("there is no such job\n");
    return 1;
}
