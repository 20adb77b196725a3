/* The machine's memory: see machine.h. */
#include "machine.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sys/mman.h>

#include <stardust/layout.h>

struct machine_frame machine_frames[FAKEXEN_FRAMES];

static int file = -1;
static char *all;

static _Noreturn void give_up(const char *what)
{
    perror(what);
    abort();
}

static void make_file(void)
{
    file = memfd_create("fakexen", MFD_CLOEXEC);
    if (file < 0 || ftruncate(file, (off_t)FAKEXEN_FRAMES * PAGE_SIZE) != 0) {
        give_up("fakexen: no memory for the machine");
    }
    all =
        mmap(NULL, (size_t)FAKEXEN_FRAMES * PAGE_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (all == MAP_FAILED) {
        give_up("fakexen: no addresses for the machine's memory");
    }
}

void machine_start(void)
{
    if (file >= 0) {
        munmap(all, (size_t)FAKEXEN_FRAMES * PAGE_SIZE);
        close(file);
    }
    make_file();
    memset(machine_frames, 0, sizeof machine_frames);
}

void *machine_page(mfn_t mfn)
{
    return all + mfn * PAGE_SIZE;
}

void machine_show(uintptr_t va, mfn_t mfn, int access)
{
    if (access == PROT_NONE) {
        munmap((void *)va, PAGE_SIZE);
    } else if (mmap((void *)va, PAGE_SIZE, access, MAP_SHARED | MAP_FIXED, file,
                    (off_t)(mfn * PAGE_SIZE)) == MAP_FAILED) {
        give_up("fakexen: a page could not be mapped");
    }
}
