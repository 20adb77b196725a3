/*
 * Where a guest is that does not end, or that crashed, for the rig to explain.
 */
#pragma once

/**
 * Answer the rig's question "where WORDS", which `line` is: pause guest `id`, dead or alive, and send for each of its virtual
 * CPUs that is online the lines "vcpu" and "stack", with up to so many words of stack, then "there".
 */
void where_answer(int id, const char *line);
