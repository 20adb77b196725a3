/*
 * Booting the image under test, by the rig, and reading what the rig saw from outside.
 */
#pragma once

#include <sys/types.h>

#include "evidence.h"
#include "work.h"

/** A boot at work in a process of its own. */
struct boot {
    enum check_kind kind; /* CHECK_DIRECT or CHECK_DOMAIN */
    struct run run;
    pid_t process;
};

/** Start it. */
struct boot boot_begin(const struct work *work, const struct lab *lab, enum check_kind kind,
                       uint64_t token, uint64_t seed);

/** Wait for its end. Ends the program when somebody wants us to stop. */
struct evidence boot_end(const struct boot *boot, const struct work *work, const struct lab *lab);
