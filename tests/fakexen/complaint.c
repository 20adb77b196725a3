/* Broken rules of memory, in words: see complaint.h. */
#include "complaint.h"

#include <unistd.h>

#include <stardust/memory.h>

#include "describe.h"
#include "runner/crash.h"
#include "runner/test.h"
#include "tables.h"

#define DOCUMENT "(public header xen/xen.h, HYPERVISOR_mmu_update)"

struct request complaint_request;
struct complaint complaint;

void complaint_forget(void)
{
    complaint = (struct complaint){0};
}

void complaint_check(void)
{
    if (complaint.made) {
        *verdict = complaint.words;
        _exit(0);
    }
}

static const char *entry_words(uint64_t entry)
{
    if ((entry & PTE_PRESENT) == 0) {
        return text("nothing (0x%lx)", entry);
    }
    return text("frame 0x%lx%s%s", entry_frame(entry),
                (entry & PTE_WRITABLE) != 0 ? ", writable" : ", read-only",
                (entry & PTE_NO_EXECUTE) == 0 ? ", executable" : "");
}

static const char *request_words(void)
{
    const struct request *r = &complaint_request;

    switch (r->kind) {
    case REQUEST_SET:
        return text("update_va_mapping(0x%lx -> %s)", r->va, entry_words(r->entry));
    case REQUEST_WRITE:
        return text("mmu_update(entry %zu of %s = frame 0x%lx, bits 0x%lx)", r->index,
                    describe_frame(r->frame), entry_frame(r->entry), r->entry & ~PTE_FRAME_MASK);
    case REQUEST_PIN:
        return text("MMUEXT_PIN_L%u_TABLE(frame 0x%lx)", r->level, r->frame);
    default:
        return text("MMUEXT_UNPIN_TABLE(frame 0x%lx)", r->frame);
    }
}

/* Only the first counts: what follows an error is often its consequence. */
static void complain(bool refused, const struct failure *failure)
{
    if (complaint.made) {
        return;
    }
    complaint = (struct complaint){.made = true, .refused = refused};
    verdict_fill(&complaint.words, failure);
    /* Without a hypercall it is the domain builder that is at work. */
    if (fakexen.last.frame != 0) {
        crash_note_places(&complaint.words, fakexen.last.caller, fakexen.last.frame,
                          fakexen.last.stack);
    }
}

static const char *where_mapped(mfn_t mfn, uint64_t rights)
{
    uint64_t va;

    return table_find_mapping(mfn, rights, &va)
               ? text("it is mapped at 0x%lx by %s", va, describe_walk(va))
               : "it is not mapped anywhere";
}

static void complain_table_writable(mfn_t mfn)
{
    complain(true,
             &(struct failure){
                 .rule = "no page that is a page table may have a writable mapping " DOCUMENT,
                 .did = text("%s, but this is %s; %s", request_words(), describe_frame(mfn),
                             where_mapped(mfn, 0)),
                 .expected = text("a mapping without PTE_WRITABLE, or the table unhooked and "
                                  "unpinned before; Xen returns an error"),
                 .usually = "the order: a table is unhooked, unpinned, and then made writable "
                            "again (handout 2.6)",
             });
}

static void complain_pages_writable(mfn_t mfn, enum frame_type wanted)
{
    complain(true,
             &(struct failure){
                 .rule = "a page becomes a page table only when nobody can write to it " DOCUMENT,
                 .did = text("%s, which makes %s an L%d table; %s", request_words(),
                             describe_frame(mfn), wanted, where_mapped(mfn, PTE_WRITABLE)),
                 .expected = "a page whose every mapping is read-only; Xen returns -XEN_EINVAL",
                 .usually =
                     "the page's own mapping at pfn_to_virtual is still writable: it is made "
                     "read-only first, then pinned, then hooked in (handout 2.4)",
             });
}

static void complain_wrong_level(mfn_t mfn, enum frame_type wanted)
{
    complain(true, &(struct failure){
                       .rule = "a page is a table of one level at a time " DOCUMENT,
                       .did = text("%s, which wants an L%d table; but this is %s", request_words(),
                                   wanted, describe_frame(mfn)),
                       .expected = "a table of the level just below the one it is hooked into",
                       .usually = "the level is one off, or a table that is in use is made again",
                   });
}

void complain_type(mfn_t mfn, enum frame_type wanted)
{
    if (wanted == TYPE_WRITABLE) {
        complain_table_writable(mfn);
    } else if (machine_frames[mfn].type == TYPE_WRITABLE) {
        complain_pages_writable(mfn, wanted);
    } else {
        complain_wrong_level(mfn, wanted);
    }
}

/* The commonest mistake of all: our own number of the page in place of the machine's. */
static const char *foreign_cause(mfn_t mfn)
{
    if (mfn < fakexen.options.pages) {
        return text("0x%lx is a pfn: the machine frame of that page is guest.p2m[0x%lx], 0x%lx",
                    mfn, mfn, fakexen_frame_of(mfn));
    }
    return "an entry has a machine frame: guest.p2m[pfn], shifted by PAGE_SHIFT";
}

void complain_foreign(unsigned level, uint64_t entry)
{
    complain(true, &(struct failure){
                       .rule = "a guest maps only frames that it owns " DOCUMENT,
                       .did = text("%s: an entry of an L%u table with frame 0x%lx, which is not "
                                   "this guest's",
                                   request_words(), level, entry_frame(entry)),
                       .expected = "the machine frame of one of our pages; Xen returns an error",
                       .usually = foreign_cause(entry_frame(entry)),
                   });
}

void complain_large(unsigned level, uint64_t entry)
{
    complain(true, &(struct failure){
                       .rule = "a PV guest has no large pages " DOCUMENT,
                       .did = text("%s: the entry 0x%lx of an L%u table has bit 7 set",
                                   request_words(), entry, level),
                       .expected = "an entry that leads to a table of the next level",
                       .usually = "the page was not filled with zeroes before it became a table",
                   });
}

void complain_leftover(uint64_t entry)
{
    complain(false,
             &(struct failure){
                 .rule = "an entry that is not present is 0: on processors with the L1TF fault its "
                         "frame could still be read, and Xen ends the guest",
                 .did = text("%s: the entry 0x%lx has frame 0x%lx, but not PTE_PRESENT",
                             request_words(), entry, entry_frame(entry)),
                 .expected = "0",
                 .usually = "PTE_PRESENT was taken out of the old entry, or was forgotten",
             });
}

void complain_write_execute(uint64_t entry)
{
    complain(false, &(struct failure){
                        .rule = "nothing can be both written and executed (stardust/pagetable.h)",
                        .did = text("%s: the entry 0x%lx has PTE_WRITABLE, and not PTE_NO_EXECUTE",
                                    request_words(), entry),
                        .expected = "one of the two accesses",
                        .usually = "the entry was not made by pagetable_entry()",
                    });
}

void complain_no_table(void)
{
    complain(true, &(struct failure){
                       .rule = "update_va_mapping changes an entry of a last-level table that "
                               "exists, and never one of Xen's " DOCUMENT,
                       .did = text("%s; the walk: %s", request_words(),
                                   describe_walk(complaint_request.va)),
                       .expected = "tables down to the last level, made before; Xen returns "
                                   "-XEN_EINVAL",
                       .usually = "the tables that are missing were not made, or for another "
                                  "address (handout 2.5)",
                   });
}

void complain_not_a_table(bool ours)
{
    complain(!ours, &(struct failure){
                        .rule = "mmu_update writes entries of page tables, named by the machine "
                                "address of the entry " DOCUMENT,
                        .did = text("%s: that is no page table", request_words()),
                        .expected = "the machine frame of a table, times the size of a page, plus "
                                    "the entry's offset",
                        .usually = foreign_cause(complaint_request.frame),
                    });
}

void complain_pin_foreign(void)
{
    complain(true, &(struct failure){
                       .rule = "a guest pins only frames that it owns " DOCUMENT,
                       .did = text("%s, which is not this guest's", request_words()),
                       .expected = "a machine frame of one of our pages",
                       .usually = foreign_cause(complaint_request.frame),
                   });
}

void complain_pinned(bool already)
{
    complain(true, &(struct failure){
                       .rule = "a table is pinned once, and unpinned once " DOCUMENT,
                       .did = text("%s, which is %s", request_words(),
                                   already ? "pinned already" : "not pinned"),
                       .expected = "as many unpins as pins; Xen returns -XEN_EINVAL",
                       .usually = already ? "the table is made twice, or was freed without an unpin"
                                          : "the table is taken out twice",
                   });
}
