/* What the linker script provides in an image: pages that tests need only to exist. */
#include <stardust/shared_info.h>

struct shared_info shared_info;
