/*
 * Telling AddressSanitizer which memory the code under test may not touch. Does nothing in a build without it.
 */
#pragma once

#include <stddef.h>

#ifdef __has_feature
#if __has_feature(address_sanitizer)
#define WITH_SANITIZER
#endif
#endif
#ifdef __SANITIZE_ADDRESS__
#define WITH_SANITIZER
#endif

#ifdef WITH_SANITIZER
#include <sanitizer/asan_interface.h>
#endif

/** From now on touching these bytes is an error; `start` is a multiple of 8. */
static inline void sanitizer_forbid(void *start, size_t length)
{
#ifdef WITH_SANITIZER
    __asan_poison_memory_region(start, length);
#else
    (void)start;
    (void)length;
#endif
}

/** Take that back. */
static inline void sanitizer_allow(void *start, size_t length)
{
#ifdef WITH_SANITIZER
    __asan_unpoison_memory_region(start, length);
#else
    (void)start;
    (void)length;
#endif
}
