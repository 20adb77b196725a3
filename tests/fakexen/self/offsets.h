/* Where struct cpu has what entries.S uses; concurrent.c checks the numbers. */
#pragma once

#define OFFSET_PENDING 64
#define OFFSET_MASK    65
