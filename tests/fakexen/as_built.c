/* What code compiled with the kernel's own flags expects of the kernel around it. */
#include <stdint.h>

/* The stack protector's secret: the kernel chooses one at boot. The C library has the function that is called. */
extern uintptr_t __stack_chk_guard;
uintptr_t __stack_chk_guard = 0x595e9fbd94fda766;
