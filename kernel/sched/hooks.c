/* What the scheduler does where no level above knows better: see struct schedule_hooks in stardust/schedule.h. */
#include <stardust/schedule.h>

#include <stardust/panic.h>

/* Without any level above, threads run until they give way, and only threads wake threads. */
static struct cpu *place_first(const struct thread *t)
{
    return t->cpu;
}

static void queued_quietly(struct cpu *cpu, const struct thread *t)
{
    (void)cpu;
    (void)t;
}

static void switching_quietly(struct cpu *cpu, struct thread *from, struct thread *to,
                              uint64_t used)
{
    (void)used;
    (void)cpu;
    (void)from;
    (void)to;
}

static bool steal_nothing(struct cpu *cpu)
{
    (void)cpu;
    return false;
}

static void wait_for_nobody(struct cpu *cpu)
{
    threads_print();
    panic("deadlock: every thread waits for another one, and vCPU %u has nothing to run",
          cpu->number);
}

struct schedule_hooks schedule_hooks = {
    .place = place_first,
    .queued = queued_quietly,
    .switching = switching_quietly,
    .steal = steal_nothing,
    .wait = wait_for_nobody,
};
