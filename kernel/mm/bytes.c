/* Copying, filling and comparing bytes: see stardust/bytes.h. */
#include <stardust/bytes.h>

#include <stdbool.h>
#include <stdint.h>

/* Eight bytes at a time, then the rest: a byte is as much work as eight. */
void *memcpy(void *restrict to, const void *restrict from, size_t length)
{
    void *start = to;
    size_t words = length / 8;
    size_t rest = length % 8;

    __asm__ volatile("rep movsq" : "+D"(to), "+S"(from), "+c"(words) : : "memory");
    __asm__ volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(rest) : : "memory");
    return start;
}

void *memmove(void *to, const void *from, size_t length)
{
    char *target = to;
    const char *source = from;

    /* Upwards would overwrite bytes before they are read only when `to` lies inside of what is read. */
    if ((uintptr_t)to - (uintptr_t)from >= length) {
        return memcpy(to, from, length);
    }
    while (length-- > 0) {
        ((volatile char *)target)[length] = source[length];
    }
    return to;
}

/* A word with `byte` in all of its bytes. */
static uint64_t repeated(char byte)
{
    return 0x0101010101010101 * (uint64_t)(unsigned char)byte;
}

void *memset(void *to, int byte, size_t length)
{
    void *start = to;
    uint64_t word = repeated((char)byte);
    size_t words = length / 8;
    size_t rest = length % 8;

    __asm__ volatile("rep stosq" : "+D"(to), "+c"(words) : "a"(word) : "memory");
    __asm__ volatile("rep stosb" : "+D"(to), "+c"(rest) : "a"(word) : "memory");
    return start;
}

int memcmp(const void *left, const void *right, size_t length)
{
    const unsigned char *a = left;
    const unsigned char *b = right;

    for (size_t i = 0; i < length; i++) {
        if (a[i] != b[i]) {
            return a[i] - b[i];
        }
    }
    return 0;
}

/*
 * The lowest bit of the result is in the lowest byte that is zero: only by subtracting one from a byte that is zero, or from one
 * above such a byte, a bit 7 comes that was not there.
 */
static inline uint64_t zeros(uint64_t word)
{
    return (word - repeated(1)) & ~word & repeated((char)0x80);
}

/* Eight bytes at a time: bytes that are `byte` become zero. */
size_t bytes_before(char byte, const char *bytes, size_t length)
{
    const uint64_t sought = repeated(byte);
    size_t i;

    for (i = 0; i + sizeof(uint64_t) <= length; i += sizeof(uint64_t)) {
        uint64_t word;

        __builtin_memcpy(&word, bytes + i, sizeof word);
        word = zeros(word ^ sought);
        if (word != 0) {
            return i + (unsigned)__builtin_ctzl(word) / 8;
        }
    }
    while (i < length && bytes[i] != byte) {
        i++;
    }
    return i;
}

/*
 * Whole words at their own addresses, so that none reaches into a page that the text does not. What lies before the text counts as
 * something else.
 */
__attribute__((no_sanitize("address"))) size_t bytes_until(char stop, const char *text)
{
    const uint64_t sought = repeated(stop);
    const char *at = text - (uintptr_t)text % sizeof(uint64_t);
    uint64_t others = ~(~(uint64_t)0 << (uintptr_t)text % sizeof(uint64_t) * 8);
    uint64_t found;

    for (;; at += sizeof(uint64_t), others = 0) {
        uint64_t word;

        __builtin_memcpy(&word, __builtin_assume_aligned(at, sizeof word), sizeof word);
        found = zeros(word | others) | zeros((word ^ sought) | others);
        if (found != 0) {
            return (size_t)(at - text) + (unsigned)__builtin_ctzl(found) / 8;
        }
    }
}

size_t string_length(const char *string, size_t limit)
{
    size_t length = 0;

    while (length < limit && string[length] != '\0') {
        length++;
    }
    return length;
}

int string_equal(const char *left, const char *right)
{
    while (*left != '\0' && *left == *right) {
        left++;
        right++;
    }
    return *left == *right;
}
