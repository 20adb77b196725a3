/* Code for several vCPUs, right and wrong: see concurrent.h. */
#include <stardust/critical.h>
#include <stardust/hypercall.h>
#include <stardust/shared_info.h>

#include "offsets.h"

_Static_assert(CRITICAL_MASK == OFFSET_MASK && CRITICAL_PENDING == OFFSET_PENDING, "struct cpu");

struct ticket_lock {
    uint32_t next, owner;
};

void ticket_take(struct ticket_lock *lock);
void ticket_take_broken(struct ticket_lock *lock);
void ticket_give(struct ticket_lock *lock);
void wait_for(evtchn_t port, const volatile uint32_t *done);
void wait_for_lossy(evtchn_t port, const volatile uint32_t *done);
void tell(evtchn_t port, volatile uint32_t *done);
void block_until(const volatile uint32_t *done);
void block_until_lossy(const volatile uint32_t *done);
uint64_t count_up(uint64_t times);
void begin(volatile uint32_t *begun);

static void wait_turn(struct ticket_lock *lock, uint32_t ticket)
{
    while (__atomic_load_n(&lock->owner, __ATOMIC_ACQUIRE) != ticket) {
        __asm__ volatile("pause");
    }
}

void ticket_take(struct ticket_lock *lock)
{
    wait_turn(lock, __atomic_fetch_add(&lock->next, 1, __ATOMIC_RELAXED));
}

void ticket_take_broken(struct ticket_lock *lock)
{
    uint32_t ticket = __atomic_load_n(&lock->next, __ATOMIC_RELAXED);

    __atomic_store_n(&lock->next, ticket + 1, __ATOMIC_RELAXED);
    wait_turn(lock, ticket);
}

void ticket_give(struct ticket_lock *lock)
{
    __atomic_store_n(&lock->owner, lock->owner + 1, __ATOMIC_RELEASE);
}

static void clear(evtchn_t port)
{
    __atomic_fetch_and(&shared_info.evtchn_pending[port / 64], ~((xen_ulong_t)1 << port % 64),
                       __ATOMIC_SEQ_CST);
}

static void poll(evtchn_t port)
{
    struct sched_poll poll = {.nr_ports = 1};

    set_xen_guest_handle(poll.ports, &port);
    hypercall_sched_op(SCHEDOP_poll, &poll);
}

void wait_for(evtchn_t port, const volatile uint32_t *done)
{
    for (;;) {
        clear(port);
        if (*done) {
            return;
        }
        poll(port);
    }
}

void wait_for_lossy(evtchn_t port, const volatile uint32_t *done)
{
    while (!*done) {
        clear(port);
        poll(port);
    }
}

void tell(evtchn_t port, volatile uint32_t *done)
{
    struct evtchn_send send = {.port = port};

    *done = 1;
    hypercall_event_channel_op(EVTCHNOP_send, &send);
}

void block_until(const volatile uint32_t *done)
{
    for (;;) {
        critical_t state = critical_enter();

        if (*done) {
            critical_leave(state);
            return;
        }
        hypercall_sched_op(SCHEDOP_block, NULL);
    }
}

void block_until_lossy(const volatile uint32_t *done)
{
    while (!*done) {
        hypercall_sched_op(SCHEDOP_block, NULL);
    }
}

uint64_t count_up(uint64_t times)
{
    uint64_t sum = 0;

    for (uint64_t i = 1; i <= times; i++) {
        sum += i;
        __asm__ volatile("" : "+r"(sum));
    }
    return sum;
}

void begin(volatile uint32_t *begun)
{
    *begun = cpu_this()->number + 1;
    for (;;) {
        hypercall_sched_op(SCHEDOP_block, NULL);
    }
}
