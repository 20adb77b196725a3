/*
 * Code for several vCPUs, right and wrong, to see that the explorer tells one from the other. Files under test of
 * fakexen-self.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include <stardust/types.h>

/* A ticket lock. The broken one takes its ticket in two steps. */
struct ticket_lock {
    uint32_t next, owner;
};

void as_built_ticket_take(struct ticket_lock *lock);
void as_built_ticket_take_broken(struct ticket_lock *lock);
void as_built_ticket_give(struct ticket_lock *lock);

/* Waiting for an event by SCHEDOP_poll until `*done`: the lossy one clears the event after it has looked. */
void as_built_wait_for(evtchn_t port, const volatile uint32_t *done);
void as_built_wait_for_lossy(evtchn_t port, const volatile uint32_t *done);
void as_built_tell(evtchn_t port, volatile uint32_t *done);

/* Waiting for an upcall by SCHEDOP_block; the lossy one unmasks upcalls between looking and blocking. */
void as_built_block_until(const volatile uint32_t *done);
void as_built_block_until_lossy(const volatile uint32_t *done);

/* An entry of upcalls that keeps all registers and returns by iretq; one that does not look again; one that loses r10. */
void as_built_entry(void);
void as_built_entry_late(void);
void as_built_entry_loses(void);
uint64_t as_built_count_up(uint64_t times);

/* Where a vCPU begins that was brought up: it leaves its number plus 1 in `*begun`, and waits for ever. */
void as_built_begin(volatile uint32_t *begun);
