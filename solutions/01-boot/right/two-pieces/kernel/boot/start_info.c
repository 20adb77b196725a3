/* Reading the start_info page, from a copy of its own. */
#include <stardust/start_info.h>

#include <stardust/bytes.h>

#include <xen/errno.h>

struct guest guest;

static bool starts_with(const char *text, const char *start)
{
    while (*start != '\0') {
        if (*text++ != *start++) {
            return false;
        }
    }
    return true;
}

int start_info_read(struct guest *g, const struct start_info *info)
{
    static struct start_info copy;

    memcpy(&copy, info, sizeof copy);
    if (!starts_with(copy.magic, "xen-")) {
        return -XEN_EINVAL;
    }
    memset(g, 0, sizeof *g);
    if (copy.flags & SIF_INITDOMAIN) {
        g->first_domain = true;
    } else {
        g->console_mfn = copy.console.domU.mfn;
        g->console_port = copy.console.domU.evtchn;
        g->store_mfn = copy.store_mfn;
        g->store_port = copy.store_evtchn;
    }
    g->pages = copy.nr_pages;
    g->shared_info = copy.shared_info;
    g->p2m = (const uint64_t *)copy.mfn_list;
    g->page_table = (uint64_t *)copy.pt_base;
    g->table_pages = copy.nr_pt_frames;
    memcpy(g->command_line, copy.cmd_line, sizeof g->command_line);
    g->command_line[sizeof g->command_line - 1] = '\0';
    return 0;
}
