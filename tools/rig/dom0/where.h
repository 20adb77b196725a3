/*
 * Where a guest is that does not end, or that crashed, for the rig to explain.
 */
#pragma once

/**
 * Pause guest `id`, dead or alive, and send for each of its virtual CPUs that is online the lines "vcpu" and "stack",
 * with up to `words` words of stack, then "there".
 */
void where_tell(int id, unsigned words);
