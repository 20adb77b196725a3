/* What the vCPUs remember: see tlb.h. */
#include "tlb.h"

#include <stdio.h>
#include <stdlib.h>

#include <sys/mman.h>

#include <stardust/memory.h>

#include "tables.h"

static struct tlb_stale stale[FAKEXEN_FRAMES];
static size_t count;

/* Where this process can show a guest's page: elsewhere the program itself may be. */
static bool can_show(uint64_t va)
{
    return (va >= KERNEL_BASE && va < FAKEXEN_PROGRAM) ||
           (va >= FAKEXEN_WINDOW && va < FAKEXEN_WINDOW_END);
}

static void show(uint64_t va, uint64_t entry)
{
    int access = PROT_NONE;

    if ((entry & PTE_PRESENT) != 0) {
        access = PROT_READ | ((entry & PTE_WRITABLE) != 0 ? PROT_WRITE : 0) |
                 ((entry & PTE_NO_EXECUTE) == 0 ? PROT_EXEC : 0);
    }
    if (can_show(va)) {
        machine_show(va, entry_frame(entry), access);
    }
}

static void show_as_mapped(uint64_t va)
{
    struct table_walk walk = table_walk(va);

    show(va, walk.rights != 0 ? (walk.entries[1] & PTE_FRAME_MASK) | walk.rights : 0);
}

void tlb_start(void)
{
    count = 0;
}

static uint64_t vcpus_of_domain(void)
{
    return ((uint64_t)1 << fakexen.options.vcpus) - 1;
}

/* Whether `now` allows all that `before` allowed: then nobody has to forget anything. */
static bool is_no_less(uint64_t before, uint64_t now)
{
    if ((before & PTE_PRESENT) == 0) {
        return true;
    }
    return (now & PTE_PRESENT) != 0 && entry_frame(before) == entry_frame(now) &&
           (before & PTE_WRITABLE & ~now) == 0 && (now & PTE_NO_EXECUTE & ~before) == 0;
}

static bool remembered_here(uint64_t va)
{
    for (size_t i = 0; i < count; i++) {
        if (stale[i].va == va && (stale[i].vcpus & 1) != 0) {
            return true;
        }
    }
    return false;
}

void tlb_changed(uint64_t va, uint64_t before, uint64_t now)
{
    if (is_no_less(before, now)) {
        if (before != now && !remembered_here(va)) {
            show(va, now);
        }
        return;
    }
    if (count == ARRAY_LENGTH(stale)) {
        fprintf(stderr, "fakexen: %zu translations were never flushed\n", count);
        abort();
    }
    stale[count++] = (struct tlb_stale){.va = va, .entry = before, .vcpus = vcpus_of_domain()};
}

/* Returns whether anybody still remembers it. */
static bool forget(struct tlb_stale *s, uint64_t vcpus)
{
    bool here = (s->vcpus & vcpus & 1) != 0;

    s->vcpus &= ~vcpus;
    if (here && !remembered_here(s->va)) {
        show_as_mapped(s->va);
    }
    return s->vcpus != 0;
}

typedef bool stale_match(const struct tlb_stale *s, uint64_t what);

static void forget_matching(uint64_t vcpus, stale_match *match, uint64_t what)
{
    size_t kept = 0;

    for (size_t i = 0; i < count; i++) {
        if (!match(&stale[i], what) || forget(&stale[i], vcpus)) {
            stale[kept++] = stale[i];
        }
    }
    count = kept;
}

static bool any(const struct tlb_stale *s, uint64_t what)
{
    (void)s;
    (void)what;
    return true;
}

static bool of_page(const struct tlb_stale *s, uint64_t va)
{
    return s->va == (va & ~(uint64_t)(PAGE_SIZE - 1));
}

static bool of_frame(const struct tlb_stale *s, uint64_t mfn)
{
    return entry_frame(s->entry) == mfn;
}

void tlb_flush(uint64_t vcpus)
{
    forget_matching(vcpus, any, 0);
}

void tlb_flush_page(uint64_t vcpus, uint64_t va)
{
    forget_matching(vcpus, of_page, va);
}

void tlb_flush_frame(mfn_t mfn)
{
    forget_matching(EVERY_VCPU, of_frame, mfn);
}

const struct tlb_stale *tlb_stale(void)
{
    return count > 0 ? &stale[0] : NULL;
}

size_t tlb_stale_count(void)
{
    return count;
}
