/*
 * A run with a script: the guest may live several times, as it is saved and restored, rebooted or migrated.
 *
 * The real xenconsoled is behind its console, xl's own daemon watches over it, and the script drives both. The run ends
 * with the script. What scripts may use besides busybox, xl and xenstore-*, is in prelude.sh.
 */
#pragma once

/** Start xenconsoled, have xl create the guest, run the script and tell how it ended. `daemon` is xenstored's pidfd. */
_Noreturn void script_run(int daemon);
