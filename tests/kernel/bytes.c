/* The kernel's memory functions, compiled under other names, against the C library's on random cases. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <CUnit/CUnit.h>

#include "../tap/tap.h"

void *kernel_memcpy(void *to, const void *from, size_t length);
void *kernel_memmove(void *to, const void *from, size_t length);
void *kernel_memset(void *to, int byte, size_t length);
int kernel_memcmp(const void *left, const void *right, size_t length);
size_t bytes_before(char byte, const char *bytes, size_t length);
size_t bytes_until(char stop, const char *string);
size_t string_length(const char *string, size_t limit);
int string_equal(const char *left, const char *right);

enum { SIZE = 256, ROUNDS = 20000 };

static unsigned char ours[SIZE], theirs[SIZE];

static void fill(void)
{
    for (size_t i = 0; i < SIZE; i++) {
        ours[i] = theirs[i] = (unsigned char)random();
    }
}

static size_t below(size_t limit)
{
    return (size_t)random() % limit;
}

static void test_copy(void)
{
    for (int round = 0; round < ROUNDS; round++) {
        size_t length = below(SIZE / 2), from = below(SIZE / 2 - length + 1),
               to = SIZE / 2 + below(SIZE / 2 - length + 1);

        fill();
        CU_ASSERT_PTR_EQUAL(kernel_memcpy(ours + to, ours + from, length), ours + to);
        memcpy(theirs + to, theirs + from, length);
        CU_ASSERT_EQUAL(memcmp(ours, theirs, SIZE), 0);
    }
}

static void test_move(void)
{
    for (int round = 0; round < ROUNDS; round++) {
        size_t length = below(SIZE), from = below(SIZE - length + 1), to = below(SIZE - length + 1);

        fill();
        CU_ASSERT_PTR_EQUAL(kernel_memmove(ours + to, ours + from, length), ours + to);
        memmove(theirs + to, theirs + from, length);
        CU_ASSERT_EQUAL(memcmp(ours, theirs, SIZE), 0);
    }
}

static void test_set(void)
{
    for (int round = 0; round < ROUNDS; round++) {
        size_t length = below(SIZE), to = below(SIZE - length + 1);
        int byte = (int)random();

        fill();
        CU_ASSERT_PTR_EQUAL(kernel_memset(ours + to, byte, length), ours + to);
        memset(theirs + to, byte, length);
        CU_ASSERT_EQUAL(memcmp(ours, theirs, SIZE), 0);
    }
}

static int sign(int value)
{
    return (value > 0) - (value < 0);
}

static void test_compare(void)
{
    for (int round = 0; round < ROUNDS; round++) {
        fill();
        ours[below(SIZE)] ^= (unsigned char)random();
        CU_ASSERT_EQUAL(sign(kernel_memcmp(ours, theirs, SIZE)), sign(memcmp(ours, theirs, SIZE)));
    }
    CU_ASSERT_EQUAL(kernel_memcmp("a", "b", 0), 0);
}

static void test_strings(void)
{
    CU_ASSERT_EQUAL(string_length("abc", 10), 3);
    CU_ASSERT_EQUAL(string_length("abc", 2), 2);
    CU_ASSERT_EQUAL(string_length("", 10), 0);
    CU_ASSERT_TRUE(string_equal("abc", "abc"));
    CU_ASSERT_FALSE(string_equal("abc", "abcd"));
    CU_ASSERT_FALSE(string_equal("abc", ""));
}

/* At every distance from both ends, among neighbours that differ from what is sought by one bit or by one. */
static void test_before(void)
{
    for (int round = 0; round < ROUNDS; round++) {
        size_t from = below(SIZE), length = below(SIZE - from + 1);
        char byte = (char)random();
        const char *found;

        for (size_t i = 0; i < SIZE; i++) {
            ours[i] = (unsigned char)(random() % 2 == 0 ? byte + 1 : byte ^ (1 << random() % 8));
        }
        ours[below(SIZE)] = (unsigned char)byte;
        found = memchr(ours + from, byte, length);
        CU_ASSERT_EQUAL(bytes_before(byte, (const char *)ours + from, length),
                        found != NULL ? (size_t)(found - (const char *)ours) - from : length);
    }
}

/* What lies around the string is like it; and behind a NUL, a byte of 1 looks like another one if it is looked at carelessly. */
static void test_until(void)
{
    static const char likely[] = {0, 1, '%', '%' ^ 1, '%' + 1, 'a', (char)0x80, (char)0xff};

    for (int round = 0; round < ROUNDS; round++) {
        size_t from = below(SIZE), length = 0;

        for (size_t i = 0; i < SIZE; i++) {
            size_t least = random() % 4 == 0 ? 0 : 1;

            ours[i] = (unsigned char)likely[least + below(sizeof likely - least)];
        }
        ours[SIZE - 1] = 0;
        while (ours[from + length] != '%' && ours[from + length] != 0) {
            length++;
        }
        CU_ASSERT_EQUAL(bytes_until('%', (const char *)ours + from), length);
    }
}

int main(void)
{
    static const struct tap_test tests[] = {
        {"memcpy", test_copy},
        {"memmove, overlapping both ways", test_move},
        {"memset", test_set},
        {"memcmp", test_compare},
        {"string functions", test_strings},
        {"the bytes before the first that is sought", test_before},
        {"the bytes of a string before the first that is sought", test_until},
    };

    printf("# seed %d\n", 1);
    srandom(1);
    return TAP_RUN("bytes", tests);
}
