/*
 * guest-says: how a script waits for a text on the guest's console.
 */
#pragma once

/** All that the guest's console has said so far: logs.c writes it. */
#define SAYS_CONSOLE "/run/console"

/** There while the guest has crashed: script.c makes and removes it. */
#define SAYS_CRASHED "/run/crashed"

/**
 * The program `guest-says TEXT SECONDS`: wait until the console says TEXT behind the place where the text before was
 * found, and remember where. Returns its exit status: 0; 1 after a line that says what was waited for, in vain.
 */
int says_main(int count, char **arguments);
