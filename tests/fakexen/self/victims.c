/* Code that goes wrong on purpose: see victims.h. */
#include "victims.h"

#include <stardust/hypercall.h>
#include <stardust/lab.h>
#include <stardust/pagetable.h>
#include <stardust/panic.h>

#include <sys/syscall.h>

void victim_hole(void)
{
    LAB_TODO(boot, "9.9", "fill me");
}

void victim_loop(void)
{
    for (;;) {
        __asm__ volatile("");
    }
}

void victim_null(void)
{
    int *volatile nowhere = (int *)8;

    *nowhere = 1;
}

void victim_overflow(char *buffer, size_t length)
{
    for (size_t i = 0; i <= length; i++) {
        ((volatile char *)buffer)[i] = 1;
    }
}

int victim_undefined(int shift)
{
    return 1 << shift;
}

void victim_jump(void)
{
    ((void (*)(void))0x123456)();
}

/* Nothing is left of the address to return to. */
void victim_stack(void)
{
    volatile char *frame = __builtin_frame_address(0);

    for (int i = 0; i < 32; i++) {
        frame[i] = 0x7f;
    }
}

/* Ends the process, unless it is caught like any other hypercall. */
long victim_system_call(void)
{
    long answer;

    __asm__ volatile("syscall"
                     : "=a"(answer)
                     : "a"(SYS_exit_group), "D"(0)
                     : "rcx", "r11", "memory");
    return answer;
}

void victim_publish_early(struct xencons_interface *ring, const char *bytes, size_t length)
{
    uint32_t start = ring->out_prod;

    *(volatile uint32_t *)&ring->out_prod = start + (uint32_t)length;
    for (size_t i = 0; i < length; i++) {
        ((volatile char *)ring->out)[MASK_XENCONS_IDX(start + i, ring->out)] = bytes[i];
    }
}

unsigned victim_look_twice(struct xencons_interface *ring)
{
    volatile uint32_t *consumer = &ring->out_cons;

    return *consumer + *consumer;
}

void victim_map_table(void *page, uint64_t frame)
{
    hypercall_update_va_mapping((uintptr_t)page, pagetable_entry(frame, ACCESS_WRITE), 0);
}

void victim_write(void *page)
{
    *(volatile uint64_t *)page = 0;
}

void victim_panic(void)
{
    panic("out of %s", "luck");
}
