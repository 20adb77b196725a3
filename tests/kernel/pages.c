/* What other files have in an image, and the tests' own here: how many vCPUs there are. */
#include <stardust/cpu.h>

cpu_mask_t cpus_online = 1;
