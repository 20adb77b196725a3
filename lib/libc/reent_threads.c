/*
 * newlib's state of a thread: errno, and what strtok, rand, localtime and others remember. The first thread has the one that
 * newlib brings, and so has who runs before threads begin; another one gets its own when it first needs it. The standard
 * streams are the same for all.
 */
#include <reent.h>
#include <string.h>

#include <stardust/heap.h>
#include <stardust/panic.h>
#include <stardust/thread.h>

#define FIRST_THREAD 1 /* its number */

static void reent_end(void *reent)
{
    _reclaim_reent(reent);
    heap_free(reent);
}

/* Not by malloc: it might ask for the state again, to say in errno that there is no memory. */
__attribute__((noinline)) static struct _reent *reent_make(struct thread *t)
{
    struct _reent *reent = heap_alloc(sizeof *reent);

    assert_that(reent != NULL, "C library: no memory for the state of thread \"%s\"", t->name);
    _REENT_INIT_PTR(reent);
    thread_set_library_end(reent_end);
    t->library = reent;
    return reent;
}

struct _reent *__getreent(void)
{
    struct thread *t = thread_current();

    if (t == NULL || t->number == FIRST_THREAD) {
        return _GLOBAL_REENT;
    }
    return t->library != NULL ? t->library : reent_make(t);
}
