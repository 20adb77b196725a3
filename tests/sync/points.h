/* Put before everything in the files under test: before each atomic operation, another thread may go on. */
#pragma once

void explorer_point(void);

#define __atomic_load_n(...)    (explorer_point(), __atomic_load_n(__VA_ARGS__))
#define __atomic_store_n(...)   (explorer_point(), __atomic_store_n(__VA_ARGS__))
#define __atomic_fetch_or(...)  (explorer_point(), __atomic_fetch_or(__VA_ARGS__))
#define __atomic_fetch_and(...) (explorer_point(), __atomic_fetch_and(__VA_ARGS__))
#define __atomic_compare_exchange_n(...)                                                           \
    (explorer_point(), __atomic_compare_exchange_n(__VA_ARGS__))
