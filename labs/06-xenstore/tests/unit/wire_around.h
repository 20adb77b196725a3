/*
 * The xenstore ring in a fake domain's page, xenstored at its other end, and the student's functions on it, in two
 * builds.
 *
 * Each test runs with both: the one that the sanitizers watch, and the one that the kernel has, since the compiler may
 * turn the same source into different accesses.
 */
#pragma once

#include <kernel/xen/xenstore_wire.h>

#include <stardust/layout.h>

#include <tests/fakexen/fakexen.h>
#include <tests/fakexen/runner/test.h>
#include <tests/fakexen/watch.h>
#include <tests/ktap/random.h>

#include <xen/errno.h>

#define RING      ((size_t)XENSTORE_RING_SIZE)
#define WIRE      "(kernel/xen/xenstore_wire.h)"
#define RING_TEXT "(docs/misc/xenstore-ring.txt of Xen)"

struct wire_build {
    const char *name; /* as a failure says it: "" or in which build */
    int (*put)(struct xenstore_wire *wire, const char *bytes, size_t length);
    int (*get)(struct xenstore_wire *wire, char *bytes, size_t length);
    int (*send)(struct xenstore_wire *wire, struct xenstore_message *message);
    int (*receive)(struct xenstore_wire *wire, struct xenstore_message *message);
    int (*error_number)(const char *name, size_t length);
    int (*answer_check)(const struct xenstore_message *message, uint32_t type);
    int (*names_count)(const char *list, size_t length);
    int (*event_parts)(const struct xenstore_message *message, const char **path,
                       const char **token);
    int (*number)(const char *text, size_t length, uint64_t *number);
};

/** The build under test. */
extern const struct wire_build *build;

/** Our end, and the page. */
extern struct xenstore_wire wire;
extern struct xenstore_domain_interface *ring;

/** Run `test` for each build. */
void wire_for_each_build(void (*test)(void));

/** Make a domain whose rings are empty, full of garbage, and stand at `requests` and `answers`. */
void wire_start(uint32_t requests, uint32_t answers);

/** `length` bytes that follow from the run's seed and `salt`. */
const char *wire_bytes(size_t length, uint64_t salt);

/** Xenstored reads `count` bytes of what was sent, which must be there, into `bytes`. */
void wire_server_read(char *bytes, size_t count);

/** Xenstored writes as many of `count` bytes as fit. Returns how many. */
size_t wire_server_write(const char *bytes, size_t count);

/** How many bytes were put and not read. */
size_t wire_unread(void);

/** How many events have been sent by the ring's port. */
unsigned long wire_events(void);

/** "-XEN_EIO", "-XEN_EAGAIN", or the number. */
const char *wire_result(int result);
