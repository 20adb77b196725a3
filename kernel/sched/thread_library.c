/* What the C library keeps about a thread ends with it: see thread_set_library_end in stardust/thread.h. */
#include <stardust/thread.h>

#include <kernel/sched/life.h>

static void (*library_end)(void *library);

void thread_set_library_end(void (*end)(void *library))
{
    library_end = end;
}

void thread_end_library(struct thread *t)
{
    library_end(t->library);
    t->library = NULL;
}
