/* Floating-point and vector registers: see stardust/fpu.h. */
#include <stardust/fpu.h>

#include <stardust/hypercall.h>
#include <stardust/panic.h>

/* Document: Intel SDM volume 2, CPUID; volume 3, 2.5 and 2.6; volume 1, 13.4. */
#define CPUID_1_ECX_XSAVE    ((uint32_t)1 << 26)
#define CPUID_1_ECX_AVX      ((uint32_t)1 << 28)
#define CPUID_7_EBX_FSGSBASE ((uint32_t)1 << 0)
#define CR4_FSGSBASE         ((uint64_t)1 << 16)
#define CR4_OSXSAVE          ((uint64_t)1 << 18)
#define XCR0_X87_SSE_AVX     7
#define FXSAVE_SIZE          512
#define UPPER_SIZE           256 /* the upper halves of 16 registers */

/* What this machine has; the same on all vCPUs. */
static bool fsgsbase, avx;

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

/* On AMD's processors, and where QEMU emulates one, Xen 4.17 loads an x87 register in between, and leaves it: hence fninit. */
static void enable_avx(void)
{
    set_cr4(CR4_OSXSAVE);
    __asm__ volatile("xsetbv\n\tfninit" : : "c"(0), "a"(XCR0_X87_SSE_AVX), "d"(0));
}

void fpu_init(void)
{
    const uint32_t wanted = CPUID_1_ECX_XSAVE | CPUID_1_ECX_AVX;

    fsgsbase = (cpuid(7).ebx & CPUID_7_EBX_FSGSBASE) != 0;
    if (fsgsbase) {
        set_cr4(CR4_FSGSBASE);
    }
    avx = (cpuid(1).ecx & wanted) == wanted;
    if (avx) {
        enable_avx();
    }
}

bool fpu_has_avx(void)
{
    return avx;
}

size_t fpu_size(void)
{
    return avx ? FXSAVE_SIZE + UPPER_SIZE : FXSAVE_SIZE;
}

/*
 * Not by XSAVE, which needs more memory, with a header that was zero at first, and which in QEMU 7.2 does not trap while
 * CR0.TS is set: where Xen switches these registers lazily it would keep those of another vCPU.
 */
static void save_upper(void *upper)
{
    __asm__ volatile(".irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15\n\t"
                     "vextractf128 $1, %%ymm\\n, 16 * \\n(%0)\n\t"
                     ".endr\n\t"
                     "vzeroupper"
                     :
                     : "r"(upper)
                     : "memory");
}

static void restore_upper(const void *upper)
{
    __asm__ volatile(".irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15\n\t"
                     "vinsertf128 $1, 16 * \\n(%0), %%ymm\\n, %%ymm\\n\n\t"
                     ".endr"
                     :
                     : "r"(upper)
                     : "memory");
}

/* Who runs next may have given way by a call, and relies on what holds at any call: no x87 register and no upper half is in use. */
void fpu_save(void *area)
{
    __asm__ volatile("fxsave64 (%0)\n\tfninit" : : "r"(area) : "memory");
    if (avx) {
        save_upper((char *)area + FXSAVE_SIZE);
    }
}

void fpu_restore(const void *area)
{
    __asm__ volatile("fxrstor64 (%0)" : : "r"(area) : "memory");
    if (avx) {
        restore_upper((const char *)area + FXSAVE_SIZE);
    }
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
