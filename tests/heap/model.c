/* Random use of the heap, checked against what must be: see model.h. */
#include "model.h"

#include <stdbool.h>
#include <stdio.h>

#include <CUnit/CUnit.h>

#include <stardust/heap.h>

#include "../ktap/random.h"

#define SLOTS 256

struct held {
    unsigned char *bytes;
    size_t size;
    unsigned char first; /* of the pattern */
};

static struct held slots[SLOTS];

static unsigned char pattern(const struct held *held, size_t i)
{
    return (unsigned char)(held->first + i * 7);
}

static void fill(const struct held *held, size_t from)
{
    for (size_t i = from; i < held->size; i++) {
        held->bytes[i] = pattern(held, i);
    }
}

static bool intact(const struct held *held, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (held->bytes[i] != pattern(held, i)) {
            printf("# byte %zu of the %zu at %p is 0x%02x, not 0x%02x\n", i, held->size,
                   (void *)held->bytes, held->bytes[i], pattern(held, i));
            return false;
        }
    }
    return true;
}

static size_t random_size(struct random *random, unsigned bits)
{
    return random_below(random, (uint64_t)1 << (random_below(random, bits) + 1));
}

static void allocate(struct held *held, struct random *random, unsigned size_bits)
{
    size_t size = random_size(random, size_bits);
    size_t alignment = (size_t)1 << random_below(random, 15);
    unsigned char *bytes =
        random_below(random, 4) == 0 ? heap_alloc_aligned(size, alignment) : NULL;

    CU_ASSERT_EQUAL((uintptr_t)bytes % alignment, 0);
    if (bytes == NULL) {
        bytes = heap_alloc(size);
    }
    CU_ASSERT_EQUAL((uintptr_t)bytes % HEAP_ALIGNMENT, 0);
    if (bytes != NULL) {
        CU_ASSERT_TRUE(heap_usable_size(bytes) >= size);
        *held = (struct held){bytes, size, (unsigned char)random_next(random)};
        fill(held, 0);
    }
}

static void resize(struct held *held, struct random *random, unsigned size_bits)
{
    size_t size = random_size(random, size_bits), before = held->size;
    unsigned char *bytes = heap_resize(held->bytes, size);

    if (bytes != NULL) {
        held->bytes = bytes;
        held->size = size;
        CU_ASSERT_TRUE(intact(held, before < size ? before : size));
        fill(held, before < size ? before : size);
    } else {
        CU_ASSERT_TRUE(intact(held, before));
    }
}

static void give_back(struct held *held)
{
    CU_ASSERT_TRUE(intact(held, held->size));
    heap_free(held->bytes);
    *held = (struct held){0};
}

void model_run(uint64_t seed, unsigned rounds, unsigned size_bits)
{
    struct random random = random_start(seed);

    for (unsigned round = 0; round < rounds; round++) {
        struct held *held = &slots[random_below(&random, SLOTS)];

        if (held->bytes == NULL) {
            allocate(held, &random, size_bits);
        } else if (random_below(&random, 3) == 0) {
            resize(held, &random, size_bits);
        } else {
            give_back(held);
        }
    }
    for (size_t i = 0; i < SLOTS; i++) {
        if (slots[i].bytes != NULL) {
            give_back(&slots[i]);
        }
    }
}
