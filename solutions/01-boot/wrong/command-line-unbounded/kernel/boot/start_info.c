/* Reading the start_info page: see stardust/start_info.h. */
#include <stardust/start_info.h>

#include <stardust/bytes.h>
#include <stardust/lab.h>

#include <xen/errno.h>

struct guest guest;

static void read_rings(struct guest *g, const struct start_info *info)
{
    g->console_mfn = info->console.domU.mfn;
    g->console_port = info->console.domU.evtchn;
    g->store_mfn = info->store_mfn;
    g->store_port = info->store_evtchn;
}

static void read_command_line(struct guest *g, const struct start_info *info)
{
    const char *line = (const char *)info->cmd_line;
    size_t i = 0;

    while (line[i] != '\0') {
        g->command_line[i] = line[i];
        i++;
    }
    g->command_line[i] = '\0';
}

int start_info_read(struct guest *g, const struct start_info *info)
{
    if (memcmp(info->magic, "xen-", 4) != 0) {
        return -XEN_EINVAL;
    }
    *g = (struct guest){
        .first_domain = (info->flags & SIF_INITDOMAIN) != 0,
        .pages = info->nr_pages,
        .shared_info = info->shared_info,
        .p2m = (const uint64_t *)info->mfn_list,
        .page_table = (uint64_t *)info->pt_base,
        .table_pages = info->nr_pt_frames,
    };
    /* In the first domain the same bytes describe the screen, and there is nobody to talk to. */
    if (!g->first_domain) {
        read_rings(g, info);
    }
    read_command_line(g, info);
    return 0;
}
