/* A domain that is asked to end does so by exit: the functions of atexit run, and the streams are flushed. */
#include <stdlib.h>

#include <stardust/lifecycle.h>

static void end(enum lifecycle_end how)
{
    (void)how;
    exit(0);
}

/* Before main, which may have something else in mind. */
__attribute__((constructor)) static void listen(void)
{
    lifecycle_on_end(end);
}
