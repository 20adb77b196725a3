/* Doing something once: see stardust/once.h. */
#include <stardust/once.h>

void once_run(struct once *o, void (*function)(void))
{
    if (__atomic_load_n(&o->done, __ATOMIC_ACQUIRE)) {
        return;
    }
    mutex_lock(&o->mutex);
    if (!o->done) {
        function();
        __atomic_store_n(&o->done, true, __ATOMIC_RELEASE);
    }
    mutex_unlock(&o->mutex);
}
