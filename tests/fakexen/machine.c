/* The machine's memory: see machine.h. */
#include "machine.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sys/mman.h>

#include <stardust/layout.h>

struct machine_frame machine_frames[FAKEXEN_FRAMES];

#define SIZE ((size_t)FAKEXEN_FRAMES * PAGE_SIZE)

/*
 * The whole memory, once for each access: mremap of no bytes of it makes a second mapping of its pages, with that access.
 * A file would do the same, but a limit of files' sizes holds for it, even for one without a name.
 */
static char *views[PROT_READ | PROT_WRITE | PROT_EXEC];

static _Noreturn void give_up(const char *what)
{
    perror(what);
    abort();
}

static char *view(int access)
{
    return views[access - 1];
}

static void make_views(void)
{
    for (int access = PROT_READ | PROT_WRITE | PROT_EXEC; access > PROT_NONE; access--) {
        char *made =
            access == (PROT_READ | PROT_WRITE | PROT_EXEC)
                ? mmap(NULL, SIZE, access, MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)
                : mremap(view(PROT_READ | PROT_WRITE | PROT_EXEC), 0, SIZE, MREMAP_MAYMOVE);

        if (made == MAP_FAILED || mprotect(made, SIZE, access) != 0) {
            give_up("fakexen: no memory for the machine");
        }
        views[access - 1] = made;
    }
}

void machine_start(void)
{
    for (size_t i = 0; i < ARRAY_LENGTH(views) && views[i] != NULL; i++) {
        munmap(views[i], SIZE);
    }
    make_views();
    memset(machine_frames, 0, sizeof machine_frames);
}

void *machine_page(mfn_t mfn)
{
    return view(PROT_READ | PROT_WRITE) + mfn * PAGE_SIZE;
}

void machine_show(uintptr_t va, mfn_t mfn, int access)
{
    if (access == PROT_NONE) {
        munmap((void *)va, PAGE_SIZE);
    } else if (mremap(view(access) + mfn * PAGE_SIZE, 0, PAGE_SIZE, MREMAP_MAYMOVE | MREMAP_FIXED,
                      (void *)va) == MAP_FAILED) {
        give_up("fakexen: a page could not be mapped");
    }
}
