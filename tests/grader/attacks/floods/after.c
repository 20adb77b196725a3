#undef start_info_read

#include <stardust/hypercall.h>

static const char line[] = "a line that comes again and again, until somebody has had enough of it\n";

int start_info_read(struct guest *g, const struct start_info *info)
{
    while (info->nr_pages > 4096 && (info->flags & SIF_INITDOMAIN) != 0) {
        hypercall(__HYPERVISOR_console_io, CONSOLEIO_write, sizeof line - 1, (unsigned long)line, 0, 0);
    }
    return read_honestly(g, info);
}
