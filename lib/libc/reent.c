/* newlib's state of a thread: errno and the standard streams. There is one thread. */
#include <pthread.h>
#include <reent.h>

struct _reent *__getreent(void)
{
    return _GLOBAL_REENT;
}

/* stdio turns cancellation off while it holds a stream's lock. Nobody can be cancelled. */
int pthread_setcancelstate(int state, int *old_state)
{
    (void)state;
    if (old_state != NULL) {
        *old_state = PTHREAD_CANCEL_ENABLE;
    }
    return 0;
}
