/* Floating-point and vector registers: see stardust/fpu.h. */
#include <stardust/fpu.h>

#include <stardust/hypercall.h>
#include <stardust/panic.h>

/* Document: Intel SDM volume 2, CPUID; volume 3, 2.5. */
#define CPUID_1_ECX_XSAVE    ((uint32_t)1 << 26)
#define CPUID_1_ECX_AVX      ((uint32_t)1 << 28)
#define CPUID_7_EBX_FSGSBASE ((uint32_t)1 << 0)
#define CR4_FSGSBASE         ((uint64_t)1 << 16)
#define CR4_OSXSAVE          ((uint64_t)1 << 18)
#define XCR0_X87_SSE         3
#define XCR0_AVX             4
#define FXSAVE_SIZE          512

/* What this machine has; the same on all vCPUs, written by the first. */
static struct {
    bool fsgsbase;
    uint32_t xcr0; /* the states that are kept by XSAVE; 0: there is FXSAVE only */
    size_t size;
} fpu;

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

static void set_xcr0(uint32_t states)
{
    __asm__ volatile("xsetbv" : : "a"(states), "d"(0), "c"(0));
}

/* cpuid's answer about the size is for the states that are switched on. */
void fpu_init(void)
{
    uint32_t features = cpuid(1).ecx;
    bool xsave = (features & CPUID_1_ECX_XSAVE) != 0;

    fpu.fsgsbase = (cpuid(7).ebx & CPUID_7_EBX_FSGSBASE) != 0;
    set_cr4((fpu.fsgsbase ? CR4_FSGSBASE : 0) | (xsave ? CR4_OSXSAVE : 0));
    fpu.size = FXSAVE_SIZE;
    if (xsave) {
        fpu.xcr0 = XCR0_X87_SSE | (features & CPUID_1_ECX_AVX ? XCR0_AVX : 0);
        set_xcr0(fpu.xcr0);
        fpu.size = cpuid(0xd).ebx;
    }
}

size_t fpu_size(void)
{
    return fpu.size;
}

void fpu_save(void *area)
{
    if (fpu.xcr0 != 0) {
        __asm__ volatile("xsave64 (%0)" : : "r"(area), "a"(fpu.xcr0), "d"(0) : "memory");
    } else {
        __asm__ volatile("fxsave64 (%0)" : : "r"(area) : "memory");
    }
}

void fpu_restore(const void *area)
{
    if (fpu.xcr0 != 0) {
        __asm__ volatile("xrstor64 (%0)" : : "r"(area), "a"(fpu.xcr0), "d"(0) : "memory");
    } else {
        __asm__ volatile("fxrstor64 (%0)" : : "r"(area) : "memory");
    }
}

void fpu_set_thread_pointer(uintptr_t base)
{
    if (fpu.fsgsbase) {
        __asm__ volatile("wrfsbase %0" : : "r"(base));
    } else {
        long error = hypercall_set_segment_base(SEGBASE_FS, base);

        assert_that(error == 0, "fpu: setting the base of %%fs to 0x%lx: error %ld", base, error);
    }
}
