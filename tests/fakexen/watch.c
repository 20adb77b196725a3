/* Watching every access to a page: see watch.h. */
#include "watch.h"

#include <ucontext.h>

#include <sys/mman.h>

#include <stardust/layout.h>

#define FLAG_TRAP   0x100 /* rflags: trap after the next instruction */
#define ERROR_WRITE 2     /* page fault's error code: the access was a write */

static struct {
    char *page; /* NULL: nothing is watched */
    watch_observer *before, *after;
    struct watch_access access; /* the one under way */
} watch;

static void allow(bool access)
{
    mprotect(watch.page, PAGE_SIZE, access ? PROT_READ | PROT_WRITE : PROT_NONE);
}

void watch_begin(void *page, watch_observer *before, watch_observer *after)
{
    watch.page = page;
    watch.before = before;
    watch.after = after;
    allow(false);
}

void watch_end(void)
{
    allow(true);
    watch.page = NULL;
}

bool watch_faulted(uintptr_t address, void *context)
{
    greg_t *registers = ((ucontext_t *)context)->uc_mcontext.gregs;

    if (watch.page == NULL || address - (uintptr_t)watch.page >= PAGE_SIZE) {
        return false;
    }
    watch.access = (struct watch_access){
        .offset = address - (uintptr_t)watch.page,
        .write = (registers[REG_ERR] & ERROR_WRITE) != 0,
        .place = (uintptr_t)registers[REG_RIP],
    };
    allow(true);
    if (watch.before != NULL) {
        watch.before(&watch.access);
    }
    registers[REG_EFL] |= FLAG_TRAP;
    return true;
}

void watch_stepped(void *context)
{
    ((ucontext_t *)context)->uc_mcontext.gregs[REG_EFL] &= ~FLAG_TRAP;
    if (watch.page != NULL) {
        if (watch.after != NULL) {
            watch.after(&watch.access);
        }
        allow(false);
    }
}
