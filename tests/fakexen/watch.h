/*
 * Watching every access of the code under test to a page that it shares with somebody.
 *
 * The page is made inaccessible; each access faults, is reported, is then done alone (one instruction, or one step of a
 * repeated one) and reported again. So a test sees what a backend could see at any moment, and can change what the code
 * under test reads next.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct watch_access {
    size_t offset;   /* of the first byte in the page */
    bool write;      /* an instruction that reads and writes counts as one that writes */
    uintptr_t place; /* the instruction */
};

/** Told of an access, while the page is accessible. Context: a signal handler. */
typedef void watch_observer(const struct watch_access *access);

/** Watch the page at `page`: `before` each access and `after` it; either may be NULL. */
void watch_begin(void *page, watch_observer *before, watch_observer *after);

/** Stop watching. */
void watch_end(void);

/** For the handler of SIGSEGV: let the access at `address` happen. Returns false when it is not in the watched page. */
bool watch_faulted(uintptr_t address, void *context);

/** For the handler of SIGTRAP: the access is done. */
void watch_stepped(void *context);
