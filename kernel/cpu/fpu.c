/* Floating-point and vector registers: see stardust/fpu.h. */
#include <stardust/fpu.h>

#include <stardust/hypercall.h>
#include <stardust/panic.h>

/* Document: Intel SDM volume 2, CPUID; volume 3, 2.5. */
#define CPUID_7_EBX_FSGSBASE ((uint32_t)1 << 0)
#define CR4_FSGSBASE         ((uint64_t)1 << 16)
#define FXSAVE_SIZE          512

/* What this machine has; the same on all vCPUs. */
static bool fsgsbase;

struct cpuid {
    uint32_t eax, ebx, ecx, edx;
};

/* By Xen's prefix: the plain instruction would tell about the processor, not about what Xen lets us have. */
static struct cpuid cpuid(uint32_t leaf)
{
    struct cpuid r = {.eax = leaf, .ecx = 0};

    __asm__ volatile(XEN_EMULATE_PREFIX "cpuid"
                     : "+a"(r.eax), "=b"(r.ebx), "+c"(r.ecx), "=d"(r.edx));
    return r;
}

/* Xen emulates these two for us. */
static void set_cr4(uint64_t bits)
{
    uint64_t value;

    __asm__ volatile("movq %%cr4, %0" : "=r"(value));
    __asm__ volatile("movq %0, %%cr4" : : "r"(value | bits));
}

void fpu_init(void)
{
    fsgsbase = (cpuid(7).ebx & CPUID_7_EBX_FSGSBASE) != 0;
    if (fsgsbase) {
        set_cr4(CR4_FSGSBASE);
    }
}

size_t fpu_size(void)
{
    return FXSAVE_SIZE;
}

/* Who runs next may have given way by a call, and relies on what holds at any call: that the x87 stack is empty. */
void fpu_save(void *area)
{
    __asm__ volatile("fxsave64 (%0)\n\tfninit" : : "r"(area) : "memory");
}

void fpu_restore(const void *area)
{
    __asm__ volatile("fxrstor64 (%0)" : : "r"(area) : "memory");
}

void fpu_set_thread_pointer(uintptr_t base)
{
    if (fsgsbase) {
        __asm__ volatile("wrfsbase %0" : : "r"(base));
    } else {
        long error = hypercall_set_segment_base(SEGBASE_FS, base);

        assert_that(error == 0, "fpu: setting the base of %%fs to 0x%lx: error %ld", base, error);
    }
}
