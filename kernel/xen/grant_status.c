/* Xen's answers to grant operations as errors: see stardust/grant_map.h. */
#include <stardust/grant_map.h>

#include <xen/errno.h>

int grant_error(int16_t status)
{
    switch (status) {
    case GNTST_okay:
        return 0;
    case GNTST_bad_domain:
        return -XEN_ESRCH;
    case GNTST_bad_gntref:
        return -XEN_ENOENT;
    case GNTST_permission_denied:
        return -XEN_EACCES;
    case GNTST_eagain:
        return -XEN_EAGAIN;
    case GNTST_no_space:
    case GNTST_no_device_space:
        return -XEN_ENOSPC;
    default:
        return -XEN_EINVAL;
    }
}
