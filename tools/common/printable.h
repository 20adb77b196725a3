/*
 * Bytes from strangers, made fit to be shown: no control characters but the newline and the tab,
 * and valid UTF-8 only.
 */
#pragma once

/** A copy of `string` with every byte that is not fit replaced by '?'; the caller frees it. */
char *printable(const char *string);
