/* The rules about flushing, and about many requests in one hypercall. See rules.h. */
#include "pages.h"

#include <xen/errno.h>

#define NOBODY 0x7000 /* a number that no domain has */

/* The domain whose memory it is comes before the requests. */
static long entry_of_nobodys_domain(void)
{
    struct mmu_update none = {0};

    return hypercall(__HYPERVISOR_mmu_update, (unsigned long)&none, 0, 0, NOBODY, 0);
}

static long operation_of_nobodys_domain(void)
{
    struct mmuext_op none = {0};

    return hypercall(__HYPERVISOR_mmuext_op, (unsigned long)&none, 0, 0, NOBODY, 0);
}

static long flush_all(void)
{
    return operation(MMUEXT_TLB_FLUSH_ALL, 0);
}

static long flush_local(void)
{
    return operation(MMUEXT_TLB_FLUSH_LOCAL, 0);
}

static long flush_one_page(void)
{
    return operation(MMUEXT_INVLPG_ALL, address(ONE));
}

static long flush_one_page_local(void)
{
    return operation(MMUEXT_INVLPG_LOCAL, address(ONE));
}

static long mmu_unknown_operation(void)
{
    return operation(UNKNOWN, 0);
}

static long mmu_operation_from_nowhere(void)
{
    unsigned done;

    return hypercall_mmuext_op(NOT_MAPPED, 1, &done);
}

static long multicall(void)
{
    struct multicall_entry call = {.op = __HYPERVISOR_xen_version, .args = {XENVER_version}};

    return hypercall_multicall(&call, 1) == 0 ? (long)call.result : -1;
}

static long multicall_unknown(void)
{
    struct multicall_entry call = {.op = 63};

    return hypercall_multicall(&call, 1) == 0 ? (long)call.result : -1;
}

/* What one call is refused does not keep the next from being done. */
static long multicall_after_error(void)
{
    struct multicall_entry calls[] = {{.op = 63},
                                      {.op = __HYPERVISOR_xen_version, .args = {XENVER_version}}};

    return hypercall_multicall(calls, 2) == 0 ? (long)calls[1].result : -1;
}

static long multicall_of_multicall(void)
{
    struct multicall_entry inner = {.op = __HYPERVISOR_xen_version, .args = {XENVER_version}};
    struct multicall_entry call = {.op = __HYPERVISOR_multicall,
                                   .args = {(unsigned long)&inner, 1}};

    return hypercall_multicall(&call, 1) == 0 ? (long)call.result : -1;
}

static long multicall_from_nowhere(void)
{
    return hypercall_multicall(NOT_MAPPED, 1);
}

const struct rule call_rules[] = {
    {"entry_of_nobodys_domain", entry_of_nobodys_domain, -XEN_ESRCH},
    {"operation_of_nobodys_domain", operation_of_nobodys_domain, -XEN_ESRCH},
    {"flush_all", flush_all, 0},
    {"flush_local", flush_local, 0},
    {"flush_one_page", flush_one_page, 0},
    {"flush_one_page_local", flush_one_page_local, 0},
    {"mmu_unknown_operation", mmu_unknown_operation, -XEN_ENOSYS},
    {"mmu_operation_from_nowhere", mmu_operation_from_nowhere, -XEN_EFAULT},
    {"multicall", multicall, 4 << 16 | 17},
    {"multicall_unknown", multicall_unknown, -XEN_ENOSYS},
    {"multicall_after_error", multicall_after_error, 4 << 16 | 17},
    {"multicall_of_multicall", multicall_of_multicall, -XEN_EINVAL},
    {"multicall_from_nowhere", multicall_from_nowhere, -XEN_EFAULT},
    {0},
};
