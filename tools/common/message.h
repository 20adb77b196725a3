/*
 * What a tool says when it stops: one clear line on stderr, and a status that a script can tell apart.
 */
#pragma once

/** Exit statuses that all our tools share; a tool adds its own from 10 on. */
enum tool_status {
    STATUS_OK = 0,
    STATUS_FAILED = 1,       /* the work was done and its answer is "no" */
    STATUS_USAGE = 2,        /* bad options or bad input: nothing was done */
    STATUS_INTERRUPTED = 130 /* Ctrl-C or SIGTERM, after cleaning up */
};

/** Name the tool for the messages below. `name` must live as long as the program; main calls it first. */
void message_name(const char *name);

/** Print "name: text" as one line on stderr. */
void message(const char *format, ...) __attribute__((format(printf, 1, 2)));

/** message(), then exit with `status`; atexit handlers run. */
_Noreturn void fail(int status, const char *format, ...) __attribute__((format(printf, 2, 3)));
