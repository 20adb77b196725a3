/*
 * What struct cpu keeps about preemption: see preempt.h.
 */
#pragma once

/**
 * Two facts in one word, so that one comparison with zero answers "may and shall we switch threads now?": the lower bits
 * count the reasons against it, and this bit is set as long as nobody wants it.
 */
#define PREEMPTION_CALM 0x80000000u
