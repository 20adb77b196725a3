/* Reading the start_info page, a character at a time. */
#include <stardust/start_info.h>

#include <xen/errno.h>

struct guest guest;

static int is_start_info(const struct start_info *info)
{
    return info->magic[0] == 'x' && info->magic[1] == 'e' && info->magic[2] == 'n' &&
           info->magic[3] == '-';
}

int start_info_read(struct guest *g, const struct start_info *info)
{
    unsigned i = 0;

    if (!is_start_info(info)) {
        return -XEN_EINVAL;
    }
    g->first_domain = info->flags & SIF_INITDOMAIN ? true : false;
    g->console_mfn = g->first_domain ? 0 : info->console.domU.mfn;
    g->console_port = g->first_domain ? 0 : info->console.domU.evtchn;
    g->store_mfn = g->first_domain ? 0 : info->store_mfn;
    g->store_port = g->first_domain ? 0 : info->store_evtchn;
    g->pages = info->nr_pages;
    g->shared_info = info->shared_info;
    g->p2m = (void *)info->mfn_list;
    g->page_table = (void *)info->pt_base;
    g->table_pages = info->nr_pt_frames;
    for (; i < MAX_GUEST_CMDLINE - 1 && info->cmd_line[i] != 0; i++) {
        g->command_line[i] = info->cmd_line[i];
    }
    g->command_line[i] = 0;
    return 0;
}
