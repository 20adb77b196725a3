/* The stack protector's secret, and what happens when it was overwritten: see stardust/stack_protector.h. */
#include <stardust/stack_protector.h>

#include <stardust/cpu.h>
#include <stardust/panic.h>

uintptr_t __stack_chk_guard;

_Noreturn void __stack_chk_fail(void);

_Noreturn void __stack_chk_fail(void)
{
    panic("stack smashed: a function wrote past the end of a buffer on its stack");
}

void stack_protector_init(void)
{
    /* The lowest byte stays zero, so that a string that runs over cannot write the secret back. */
    __stack_chk_guard = (cpu_tsc() * 0x9e3779b97f4a7c15) << 8;
}
