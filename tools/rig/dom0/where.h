/*
 * Where a guest is that does not end, for the rig to explain.
 */
#pragma once

/** Pause guest `id` and send for each of its virtual CPUs that is online the lines "vcpu" and "stack", then "there". */
void where_tell(int id);
