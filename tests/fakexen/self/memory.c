/*
 * The model's memory: what is mapped is really there, and each broken rule is told in words. Which requests are refused is
 * in tests/rules, where the real hypervisor answers too.
 */
#include "memory.h"

#include <setjmp.h>
#include <signal.h>
#include <string.h>

#include <stardust/hypercall.h>
#include <stardust/pagetable.h>

#include <tests/fakexen/complaint.h>
#include <tests/fakexen/describe.h>
#include <tests/fakexen/fakexen.h>
#include <tests/fakexen/machine.h>
#include <tests/fakexen/runner/test.h>
#include <tests/fakexen/tlb.h>

#define ONE   FAKEXEN_PAGE_FREE
#define OTHER (FAKEXEN_PAGE_FREE + 1)

static void start(void)
{
    fakexen_start(&(struct fakexen_options){.vcpus = 3, .pages = 1024, .seed = test_seed()});
}

static long set(pfn_t page, mfn_t frame, enum access access, unsigned long flush)
{
    return hypercall_update_va_mapping((uintptr_t)fakexen_page(page),
                                       pagetable_entry(frame, access), flush);
}

static long operation(unsigned command, mfn_t mfn)
{
    struct mmuext_op op = {.cmd = command, .arg1.mfn = mfn};
    unsigned done;

    return hypercall_mmuext_op(&op, 1, &done);
}

static long write_entry(mfn_t table, unsigned index, uint64_t entry)
{
    struct mmu_update update = {.ptr = (table << PAGE_SHIFT) + index * 8, .val = entry};
    unsigned done;

    return hypercall_mmu_update(&update, 1, &done);
}

static void make_table(pfn_t page)
{
    memset(fakexen_page(page), 0, PAGE_SIZE);
    set(page, fakexen_frame_of(page), ACCESS_READ, UVMF_INVLPG | UVMF_ALL);
}

static uint64_t hook_entry(pfn_t page)
{
    return fakexen_frame_of(page) << PAGE_SHIFT | PTE_PRESENT | PTE_WRITABLE | PTE_USER;
}

static sigjmp_buf after_fault;

static void on_fault(int signal)
{
    (void)signal;
    siglongjmp(after_fault, 1);
}

/* Whether the access faults. */
static bool faults(volatile char *address, bool write)
{
    struct sigaction action = {.sa_handler = on_fault, .sa_flags = SA_ONSTACK}, before;
    bool fault = true;

    sigaction(SIGSEGV, &action, &before);
    if (sigsetjmp(after_fault, 1) == 0) {
        *(write ? address : &(char){0}) = *address;
        fault = false;
    }
    sigaction(SIGSEGV, &before, NULL);
    return fault;
}

static void memory_alias(void)
{
    start();
    CU_ASSERT_EQUAL(set(ONE, fakexen_frame_of(OTHER), ACCESS_WRITE, UVMF_INVLPG), 0);
    strcpy(fakexen_page(ONE), "seen at both addresses");
    CU_ASSERT_STRING_EQUAL(fakexen_page(OTHER), "seen at both addresses");
    CU_ASSERT_EQUAL(machine_frames[fakexen_frame_of(OTHER)].uses, 2);
    CU_ASSERT_EQUAL(machine_frames[fakexen_frame_of(ONE)].uses, 0);
}

static void memory_access(void)
{
    start();
    CU_ASSERT(!faults(fakexen_page(ONE), true));
    set(ONE, fakexen_frame_of(ONE), ACCESS_READ, UVMF_INVLPG);
    CU_ASSERT(!faults(fakexen_page(ONE), false));
    CU_ASSERT(faults(fakexen_page(ONE), true));
    hypercall_update_va_mapping((uintptr_t)fakexen_page(ONE), 0, UVMF_INVLPG);
    CU_ASSERT(faults(fakexen_page(ONE), false));
    CU_ASSERT(faults(fakexen_page(FAKEXEN_PAGE_TABLES), true));
}

/* Without a flush the old translation is still there, on each vCPU that was not told. */
static void memory_stale(void)
{
    uintptr_t va;

    start();
    va = (uintptr_t)fakexen_page(ONE);
    hypercall_update_va_mapping(va, 0, UVMF_NONE);
    CU_ASSERT(!faults((char *)va, true));
    CU_ASSERT_PTR_NOT_NULL_FATAL(tlb_stale());
    CU_ASSERT_EQUAL(tlb_stale()->va, va);
    CU_ASSERT_EQUAL(tlb_stale()->vcpus, 7);
    operation(MMUEXT_INVLPG_LOCAL, va);
    CU_ASSERT(faults((char *)va, false));
    CU_ASSERT_EQUAL(tlb_stale()->vcpus, 6);
    operation(MMUEXT_INVLPG_ALL, va + PAGE_SIZE);
    CU_ASSERT_EQUAL(tlb_stale_count(), 1);
    operation(MMUEXT_TLB_FLUSH_ALL, 0);
    CU_ASSERT_PTR_NULL(tlb_stale());
}

/* More access than before needs no flush; less does. */
static void memory_stale_access(void)
{
    start();
    set(ONE, fakexen_frame_of(ONE), ACCESS_READ, UVMF_NONE);
    CU_ASSERT_EQUAL(tlb_stale_count(), 1);
    operation(MMUEXT_TLB_FLUSH_ALL, 0);
    set(ONE, fakexen_frame_of(ONE), ACCESS_WRITE, UVMF_NONE);
    CU_ASSERT_EQUAL(tlb_stale_count(), 0);
    CU_ASSERT(!faults(fakexen_page(ONE), true));
}

/* A table that is hooked in brings all of its pages; taken out, it takes them along. */
static void memory_hook(void)
{
    char *va = (char *)KERNEL_BASE + ((uintptr_t)4 << 20);
    uint64_t *table;
    mfn_t parent;

    start();
    table = fakexen_page(ONE);
    parent = fakexen_frame_of(FAKEXEN_PAGE_TABLES + 2);
    memset(table, 0, PAGE_SIZE);
    table[3] = pagetable_entry(fakexen_frame_of(OTHER), ACCESS_WRITE);
    set(ONE, fakexen_frame_of(ONE), ACCESS_READ, UVMF_INVLPG | UVMF_ALL);
    CU_ASSERT_EQUAL(write_entry(parent, 4, hook_entry(ONE)), 0);
    CU_ASSERT_EQUAL(machine_frames[fakexen_frame_of(ONE)].type, TYPE_L1);
    CU_ASSERT(!faults(va + 3 * PAGE_SIZE, true));
    CU_ASSERT(faults(va + 2 * PAGE_SIZE, false));
    CU_ASSERT_EQUAL(write_entry(parent, 4, 0), 0);
    CU_ASSERT_EQUAL(tlb_stale_count(), 1);
    operation(MMUEXT_TLB_FLUSH_ALL, 0);
    CU_ASSERT(faults(va + 3 * PAGE_SIZE, false));
    CU_ASSERT_EQUAL(machine_frames[fakexen_frame_of(ONE)].type, TYPE_NONE);
    CU_ASSERT_EQUAL(machine_frames[fakexen_frame_of(OTHER)].uses, 1);
}

static void check_told(bool refused, const char *words)
{
    CU_ASSERT(complaint.made);
    CU_ASSERT_EQUAL(complaint.refused, refused);
    CU_ASSERT_PTR_NOT_NULL(strstr(complaint.words.did, words));
    if (strstr(complaint.words.did, words) == NULL) {
        fprintf(stderr, "told: %s\n", complaint.words.did);
    }
    CU_ASSERT(complaint.words.rule[0] != '\0' && complaint.words.expected[0] != '\0' &&
              complaint.words.usually[0] != '\0');
    complaint_forget();
}

static void memory_told_mappings(void)
{
    start();
    set(ONE, fakexen_frame_of(FAKEXEN_PAGE_TABLES), ACCESS_WRITE, 0);
    check_told(true, "a pinned L4 table; it is mapped at");
    set(ONE, ONE, ACCESS_WRITE, 0);
    CU_ASSERT_PTR_NOT_NULL(strstr(complaint.words.usually, "is a pfn"));
    check_told(true, "which is not this guest's");
    hypercall_update_va_mapping(FAKEXEN_WINDOW, 0, 0);
    check_told(true, "L4[64] not present");
    hypercall_update_va_mapping((uintptr_t)fakexen_page(ONE), fakexen_frame_of(ONE) << PAGE_SHIFT,
                                0);
    check_told(false, "but not PTE_PRESENT");
    hypercall_update_va_mapping((uintptr_t)fakexen_page(ONE),
                                fakexen_frame_of(ONE) << PAGE_SHIFT | PTE_PRESENT | PTE_WRITABLE,
                                0);
    check_told(false, "has PTE_WRITABLE, and not PTE_NO_EXECUTE");
}

static void memory_told_tables(void)
{
    mfn_t one, upper;

    start();
    one = fakexen_frame_of(ONE);
    upper = fakexen_frame_of(FAKEXEN_PAGE_TABLES + 2);
    operation(MMUEXT_PIN_L1_TABLE, one);
    check_told(true, "it is mapped at 0x");
    operation(MMUEXT_UNPIN_TABLE, one);
    check_told(true, "which is not pinned");
    operation(MMUEXT_PIN_L1_TABLE, ONE);
    check_told(true, "which is not this guest's");
    make_table(ONE);
    operation(MMUEXT_PIN_L3_TABLE, one);
    operation(MMUEXT_PIN_L3_TABLE, one);
    check_told(true, "which is pinned already");
    write_entry(upper, 9, hook_entry(ONE));
    check_told(true, "which wants an L1 table; but this is frame");
    write_entry(upper, 9, hook_entry(OTHER) | 1 << 7);
    check_told(true, "of an L2 table has bit 7 set");
    write_entry(fakexen_frame_of(OTHER), 9, 0);
    check_told(false, "that is no page table");
    write_entry(ONE, 9, 0);
    check_told(true, "that is no page table");
}

static void memory_walk_words(void)
{
    start();
    CU_ASSERT_PTR_NOT_NULL(
        strstr(describe_walk((uintptr_t)fakexen_page(FAKEXEN_PAGE_TABLES)), "r-x"));
    CU_ASSERT_PTR_NOT_NULL(strstr(describe_walk((uintptr_t)fakexen_page(ONE)), "rwx"));
    CU_ASSERT_STRING_EQUAL(describe_walk(FAKEXEN_WINDOW), "L4[64] not present");
}

CU_TestInfo memory_tests[] = {
    {"alias", memory_alias},
    {"access", memory_access},
    {"stale", memory_stale},
    {"stale_access", memory_stale_access},
    {"hook", memory_hook},
    {"told_mappings", memory_told_mappings},
    {"told_tables", memory_told_tables},
    {"walk_words", memory_walk_words},
    CU_TEST_INFO_NULL,
};
