/* Which vCPU goes on: see explore_choose.h. */
#include "explore_choose.h"

#include "fakexen.h"

/* One vCPU of each run is slow, as if another guest had its processor most of the time. */
static bool passed_over(unsigned vcpu, struct random *random, unsigned slow)
{
    return fakexen.vcpus[vcpu].yielded || (vcpu == slow && random_below(random, 8) != 0);
}

unsigned choose_vcpu(bool (*can_run)(unsigned vcpu), struct random *random, unsigned slow)
{
    unsigned candidates[FAKEXEN_VCPUS], count = 0, favoured[FAKEXEN_VCPUS], favoured_count = 0;

    for (unsigned i = 0; i < FAKEXEN_VCPUS; i++) {
        if (can_run(i)) {
            candidates[count++] = i;
            if (!passed_over(i, random, slow)) {
                favoured[favoured_count++] = i;
            }
        }
        fakexen.vcpus[i].yielded = false;
    }
    if (favoured_count > 0) {
        return favoured[random_below(random, favoured_count)];
    }
    return count > 0 ? candidates[random_below(random, count)] : FAKEXEN_VCPUS;
}
