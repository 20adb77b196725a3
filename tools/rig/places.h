/*
 * Where each virtual CPU of a guest was when its time was over or when it crashed, as dom0 read it from Xen.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "image.h"
#include "text.h"
#include "xendump.h"

enum { PLACES_MOST = 32 };

struct place {
    unsigned vcpu;
    bool waiting;         /* for an event, in Xen */
    struct xendump state; /* rip, rsp, rbp and the stack */
};

struct places {
    struct place *of[PLACES_MOST];
    size_t count;
    bool complete; /* dom0 has told all */
};

/** Take a line "vcpu", "stack" or "there" of dom0's (dom0/runner.c). Returns false when it is none of them. */
bool places_take(struct places *p, const char *line);

/** Append for each virtual CPU what it was doing, and who called it. */
void places_print(struct text *t, struct image *image, const struct places *p);

/** Put in place of the dump's stack, of which Xen prints only the beginning, the stack that dom0 has read. */
void places_complete_dump(const struct places *p, struct xendump *dump);

/** Free everything. */
void places_free(struct places *p);
