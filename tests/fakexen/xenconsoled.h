/*
 * The program in dom0 that reads a guest's console ring, as far as the ring can tell.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include <stardust/types.h>

#include <xen/io/console.h>

struct xenconsoled {
    struct xencons_interface *ring;
    char log[1 << 17]; /* what it has read, cut off there */
    size_t length;
};

/** Serve `ring`, whose output indices both stand at `start`; what is in it is garbage. */
void xenconsoled_attach(struct xenconsoled *x, struct xencons_interface *ring, uint32_t start);

/**
 * Read up to `limit` bytes. Like the real one it ignores a ring that claims to hold more than its size.
 * Returns how many it read.
 */
size_t xenconsoled_read(struct xenconsoled *x, size_t limit);
