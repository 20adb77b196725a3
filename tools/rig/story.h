/*
 * What dom0's runner has told of the guest: its lines on the control port (dom0/runner.c lists them), read and kept.
 */
#pragma once

#include <stdbool.h>

#include "places.h"
#include "text.h"

enum { STORY_MOST_WORDS = 1 << 16 };

struct story {
    bool taken;     /* dom0 has the whole job */
    int id;         /* the guest's domain number; 0: Xen has not got it yet */
    unsigned typed; /* parts of what is typed that dom0 has put into the guest's console */
    bool died; /* the guest has shut down, or the script has ended, and the three below hold: */
    char reason[16];    /* "poweroff", "crash" …; after a script, "none" when no guest is dead */
    unsigned vcpus;     /* its virtual CPUs that were online */
    unsigned long sent; /* bytes of its console that dom0 has passed on */
    bool refused;       /* xl has ended without making a guest: */
    bool scripted;      /* the script has ended: */
    int status;         /* xl's or the script's exit status, or 128 + the signal that ended it */
    char *last_words;   /* the last line that the script printed; NULL: none */
    struct text
        words; /* all its lines, each ended by a line feed; no more than STORY_MOST_WORDS bytes */
    char *first_error; /* the first line of xl's that tells of an error; NULL: none */
    char *console;     /* what is wrong with the guest's console ring; NULL: nothing */
    struct places places;
    char *fault; /* what is wrong with dom0; NULL: nothing that the runner knows of */
};

/** Take one line. A line that is not known is a fault: rig and dom0 do not fit together. */
void story_take(struct story *s, const char *line);

/** Free what the story owns. */
void story_free(struct story *s);
