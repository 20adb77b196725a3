/*
 * A place for programs of strangers: no network, nothing of this machine but /usr and the folders that are named, another
 * user where we may choose one, and limits on time, memory, processes and files.
 *
 * Folders keep their paths inside, so that the same command works without a sandbox too.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "process.h"
#include "text.h"

/** What is in force on this machine: found out by the first call of sandbox_find. */
enum sandbox_kind {
    SANDBOX_USER,      /* namespaces, as another user: we are root */
    SANDBOX_NAMESPACE, /* namespaces, a user namespace among them */
    SANDBOX_NONE       /* none can be had: limits only */
};

struct sandbox {
    const char *const *arguments;   /* the program and its arguments, NULL at the end */
    const char *const *environment; /* "NAME=value", NULL at the end; NULL: none but PATH */
    const char *const *readable; /* folders and files seen read-only, NULL at the end; absolute */
    const char *writable;        /* the folder that may be written, or NULL; absolute */
    const char *directory;       /* where the program runs; NULL: / */
    double seconds;       /* wall time; processor time is limited to as much for each process */
    size_t file_size;     /* bytes of one file, and of memory that has a file's form */
    size_t output_limit;  /* bytes of output */
    size_t address_space; /* bytes for each process; 0: no limit, for AddressSanitizer's sake */
    struct text *output;  /* stdout and stderr */
};

/** Find out, by a trial, which sandbox this machine allows. */
enum sandbox_kind sandbox_find(void);

/** "bubblewrap, as another user": for the report. */
const char *sandbox_name(void);

/** Did the sandbox itself fail, by what a run printed? Returns its complaint, one line, which the caller frees; or NULL. */
char *sandbox_complaint(const struct text *output);

/** Run the program; see process_run. A `writable` folder is given to the sandbox's user first. */
struct process_end sandbox_run(const struct sandbox *s);
