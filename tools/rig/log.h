/*
 * The log file of a run: everything that is not the guest's console for its reader, and that too.
 */
#pragma once

#include "options.h"

struct log {
    char *path;
    int descriptor;
};

/**
 * Make the log file anew: --log, or build/rig/COMMAND.log. Two runs at once with one name do not
 * mix: the name is the later one's, each writes its own file. Ends the program with STATUS_USAGE
 * when it cannot be made.
 */
struct log log_open(const struct options *o, const char *command);

/** Append one line of ours. */
void log_line(const struct log *log, const char *format, ...) __attribute__((format(printf, 2, 3)));

/** Close the file and free the name. */
void log_close(struct log *log);
