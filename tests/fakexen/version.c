/* xen_version: what Xen says about itself. */
#include "operations.h"

#include "guest.h"

#include <xen/features.h>
#include <xen/version.h>

#include <xen/errno.h>

static long get_features(uint64_t pointer)
{
    struct xen_feature_info info;
    long error = guest_read(&info, pointer, sizeof info);

    if (error != 0) {
        return error;
    }
    if (info.submap_idx >= XENFEAT_NR_SUBMAPS) {
        return -XEN_EINVAL;
    }
    info.submap = info.submap_idx == 0 ? FAKEXEN_FEATURES : 0;
    return guest_write(pointer, &info, sizeof info);
}

long fakexen_xen_version(const uint64_t arguments[5])
{
    static const xen_extraversion_t extra = ".0 (fakexen)";

    switch (arguments[0]) {
    case XENVER_version:
        return FAKEXEN_VERSION;
    case XENVER_extraversion:
        return guest_write(arguments[1], extra, sizeof extra);
    case XENVER_get_features:
        return get_features(arguments[1]);
    default:
        return -XEN_ENOSYS;
    }
}
