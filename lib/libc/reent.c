/* newlib's state of a thread: errno and the like. There is one thread; where there are more, reent_threads.c stands here. */
#include <reent.h>

struct _reent *__getreent(void)
{
    return _GLOBAL_REENT;
}
