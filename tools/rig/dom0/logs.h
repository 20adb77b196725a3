/*
 * What xenconsoled logs of the guest's console, in all its lives, passed on to the rig.
 *
 * xenconsoled has a file for each name of a domain. A guest that migrates has another name until it has arrived, hence
 * another file: what they grow by is put together in the order in which it was written.
 */
#pragma once

/** Begin to follow the logs; before xenconsoled starts. Ends the program with a fault when that cannot be. */
void logs_open(void);

/** A descriptor to poll: readable when a log has grown. -1 before logs_open. */
int logs_events(void);

/** Pass on, to the rig and to the file for guest-says, what the logs have grown by. */
void logs_drain(void);

/** Bytes passed on so far. */
unsigned long logs_bytes(void);
