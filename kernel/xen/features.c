/* What this Xen offers: see stardust/features.h. */
#include <stardust/features.h>

#include <stardust/hypercall.h>
#include <stardust/panic.h>

#include <xen/features.h>

static uint32_t features;

void features_init(void)
{
    struct xen_feature_info info = {.submap_idx = 0};
    long error = hypercall_xen_version(XENVER_get_features, &info);

    assert_that(error == 0, "features: XENVER_get_features returned %ld", error);
    features = info.submap;
    assert_that(!feature_xen(XENFEAT_auto_translated_physmap),
                "features: Xen hides machine frames from us; this kernel is for PV guests only");
}

bool feature_xen(unsigned feature)
{
    return (features >> feature & 1) != 0;
}

unsigned feature_xen_version(void)
{
    return (unsigned)hypercall_xen_version(XENVER_version, NULL);
}
