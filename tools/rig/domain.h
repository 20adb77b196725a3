/*
 * One domain run: what its command (domain.c) prepares and its phases (domain_run.c) go through.
 */
#pragma once

#include <stdbool.h>

#include "dom0.h"
#include "image.h"
#include "log.h"
#include "outcome.h"
#include "story.h"
#include "warm.h"

struct domain {
    const struct options *options;
    double start;
    struct image image;
    struct text script; /* empty: none */
    int disk;           /* descriptor of --disk, locked; -1: none */
    struct log log;
    struct events events;
    struct warm warm;
    struct dom0 dom0;
    struct story story;
    struct outcome outcome;
    bool warm_failed; /* the warm machine did not come back to life: worth making anew */
};

/* What the end of a run may take beside its phases, in seconds. */
enum { DOMAIN_REST_SECONDS = 60 };

/** Take the lines that dom0 has said: into the log, the story, to stderr what a script printed. */
void domain_take_lines(struct domain *n);

/** See the guest through, from the open warm machine to its end, and fill the outcome and warm_failed. */
void domain_run(struct domain *n);
