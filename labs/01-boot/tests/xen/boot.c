/*
 * Lab 1 on the real hypervisor: the kernel has booted by the student's files when this runs.
 *
 * Values: pages, vcpus (counted by hypercalls), word (FNV-1a of the value of word= on the command line), command_line
 * (FNV-1a of all of it), xen_version; room, put and drained of ring.h. A guest with a console ring writes the seeded
 * stream too.
 */
#include <stardust/application.h>
#include <stardust/clock.h>
#include <stardust/console.h>
#include <stardust/cpu.h>
#include <stardust/features.h>
#include <stardust/hypercall.h>
#include <stardust/memory.h>
#include <stardust/options.h>
#include <stardust/print.h>
#include <stardust/start_info.h>

#include <tests/ktap/fence.h>
#include <tests/ktap/guest.h>
#include <tests/ktap/ktap.h>
#include <tests/ktap/random.h>

#include "ring.h"

#include <xen/errno.h>

#define UNUSED_HYPERCALL 63     /* the last number of Xen's table, given to nothing */
#define NOBODY           0x7000 /* a domain number that no domain has */

static char did[128];

static void test_answer(void)
{
    long answer = hypercall(UNUSED_HYPERCALL, 0, 0, 0, 0, 0);

    format_text(did, sizeof did, "hypercall(%u) returned %ld", UNUSED_HYPERCALL, answer);
    guest_report_test("xen.answer", answer == -XEN_ENOSYS,
                      &(struct guest_failure){
                          .rule = "Xen answers a hypercall it does not know with -XEN_ENOSYS",
                          .did = did,
                          .expected = "-38",
                          .usually = "the answer in rax was overwritten, or cut to 32 bits",
                      });
}

/* Xen looks at the fourth argument, whose memory it is, before it looks at the list of requests. */
static void test_fourth_argument(void)
{
    struct mmu_update none = {0};
    unsigned done = 0;
    long ours = hypercall(__HYPERVISOR_mmu_update, (unsigned long)&none, 0, (unsigned long)&done,
                          DOMID_SELF, 0);
    long nobodys = hypercall(__HYPERVISOR_mmu_update, (unsigned long)&none, 0, (unsigned long)&done,
                             NOBODY, 0);

    format_text(did, sizeof did,
                "mmu_update of nothing returned %ld for DOMID_SELF and %ld for domain 0x%x", ours,
                nobodys, NOBODY);
    guest_report_test("xen.fourth_argument", ours == 0 && nobodys < 0,
                      &(struct guest_failure){
                          .rule = "Xen takes a hypercall's fourth argument from r10",
                          .did = did,
                          .expected = "0, and an error: there is no such domain",
                          .usually = "the fourth argument was left in rcx",
                      });
}

/* Some pages that nobody can foresee: our list of machine frames and Xen's own table agree about each. */
static void test_frames(void)
{
    struct random random = random_start(guest_report_seed());
    pfn_t wrong = guest.pages;

    for (unsigned i = 0; i < 64; i++) {
        pfn_t pfn = random_below(&random, guest.pages);

        if (!mfn_is_ours(guest.p2m[pfn]) || mfn_to_pfn(guest.p2m[pfn]) != pfn) {
            wrong = pfn;
        }
    }
    format_text(did, sizeof did, "of page %lu they do not", (unsigned long)wrong);
    guest_report_test(
        "xen.frames", wrong == guest.pages,
        &(struct guest_failure){
            .rule = "guest.p2m has the machine frame of each page, and Xen's table leads back",
            .did = did,
            .expected = "agreement for every page",
            .usually = "p2m or pages was taken from another field of start_info",
        });
}

static void test_drained(void)
{
    print("a line that somebody has to read\n");
    guest_report_test(
        "xen.drained", console_drain(clock_monotonic() + 5 * NSEC_PER_SEC),
        &(struct guest_failure){
            .rule = "the console is drained as soon as its reader has read everything",
            .did = "it was not after five seconds",
            .expected = "true from the console's drained function",
            .usually = "the wrong indices are compared",
        });
}

static void report_values(void)
{
    static char word[sizeof guest.command_line];

    option_text(guest.command_line, "word", word, sizeof word);
    guest_report_value("pages", guest.pages);
    guest_report_value("vcpus", cpu_count());
    guest_report_value("word", fnv_text(FNV_BASIS, word));
    guest_report_value("command_line", fnv_text(FNV_BASIS, guest.command_line));
    guest_report_value("xen_version", feature_xen_version());
}

/* What only a guest with a ring can show, in the order of the exercises: a hole ends the guest, but not what came before. */
static void test_ring(void)
{
    report_ring_values();
    guest_report_stream();
    test_drained();
    report_drained_value();
}

int application_run(const char *words)
{
    (void)words;
    guest_report_begin(guest.first_domain ? 3 : 4);
    test_answer();
    test_fourth_argument();
    test_frames();
    report_values();
    if (!guest.first_domain) {
        test_ring();
    }
    print("%s\n", KTAP_GUEST_END("boot"));
    return 0;
}
