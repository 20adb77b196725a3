/* The test guest's console in a domain run. */
#pragma once

#include <stdint.h>

#include <xen/xen.h>

long hypercall(long number, long a, long b, long c);

/** Find the ring, if this is a domain run. */
void ring_open(const struct start_info *info);

/** Is this a domain run? */
int ring_is_open(void);

/** Print, waiting for room when the ring is full. */
void ring_print(const char *text);

/** Print without telling dom0, once it has taken all that came before: the bytes are in the ring, and that is all. */
void ring_print_unannounced(const char *text);

/** What a wrong console driver might do: claim more bytes than the ring holds. */
void ring_break(void);
