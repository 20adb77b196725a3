/*
 * How a run ended: the verdict, its exit status, and the JSON file that tells the grader.
 */
#pragma once

#include <stdbool.h>

#include "image.h"
#include "options.h"
#include "text.h"

/** Exit statuses of the rig beyond those that all tools share. */
enum rig_status {
    STATUS_CRASH = 10,   /* the guest crashed */
    STATUS_TIMEOUT = 11, /* the time limit came first */
    STATUS_RIG = 12,     /* the rig itself failed: says nothing about the guest */
    STATUS_SCRIPT = 13   /* the script ended with a status other than 0 */
};

enum { OUTCOME_MOST_COMPLAINTS = 32 };

struct outcome {
    int status; /* STATUS_OK (the guest powered off, or the script ended well), one of rig_status, STATUS_USAGE or
                               STATUS_INTERRUPTED */
    char *reason;           /* one line */
    double seconds;         /* from the start of the machine to its end */
    double first_line;      /* seconds to the guest's first line; negative: none came */
    char *report;           /* the crash report, several lines; NULL: none */
    bool report_is_guests;  /* the guest printed it itself: it was on stdout already */
    bool has_hole;          /* the guest stopped at a LAB_TODO: */
    struct image_hole hole; /* this one; its strings belong to the image */
    char *complaints[OUTCOME_MOST_COMPLAINTS]; /* lines in which Xen complains about the guest */
    unsigned complaint_count;
    char *shutdown_event;  /* direct: what QMP showed, "guest-reset" …; NULL: nothing */
    unsigned vcpus_online; /* domain: virtual CPUs that Xen saw online when the guest ended; 0:
                              unknown */
    char *xl_reason;       /* domain: "poweroff", "crash" …; NULL: unknown */
    char *script;          /* domain: the lines that the script printed; NULL: none */
};

/** Set status and reason, made as printf would make it, in place of what was there. */
void outcome_set(struct outcome *o, int status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/** Keep the complaint, unless there are too many already. */
void outcome_complain(struct outcome *o, const char *line);

/** Print the report and the closing line on stderr, unless --quiet; write the file --result.
 * Returns the exit status. */
int outcome_close(const struct outcome *o, const struct options *options, const char *log);

/** Free what the outcome owns. */
void outcome_free(struct outcome *o);
