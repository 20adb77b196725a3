/*
 * Folders that vanish with the tool: at its normal end, at fail() and at Ctrl-C.
 *
 * SIGINT, SIGTERM and SIGHUP only raise a flag from the first call on, since a folder cannot be removed inside a signal
 * handler; work that takes long asks interrupted_stop() now and then.
 */
#pragma once

/**
 * Make a folder beside `path` ("PATH.XXXXXX"), on the same file system, so that it can be renamed to `path`. Ends the tool
 * with a message when that fails. Returns its name, which stays valid; the folder is removed at exit if it is still there.
 */
const char *temporary_beside(const char *path);

/** End the tool with STATUS_INTERRUPTED when one of those signals has come. */
void interrupted_stop(void);
