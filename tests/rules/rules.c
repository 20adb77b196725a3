/* The operations and their outcomes: see rules.h. Two vCPUs are supposed, the second as Xen starts it, and to be the first domain. */
#include "rules.h"

#include <stardust/hypercall.h>
#include <stardust/memory.h>
#include <stardust/start_info.h>

#include <xen/features.h>

#include <xen/errno.h>

#define NOT_CANONICAL 0x8000000000000000
#define OF_XEN        0xffff830000000000 /* mapped, but for Xen alone */
#define NOT_MAPPED    ((void *)8)
#define UNKNOWN       9999

static long version(void)
{
    return hypercall_xen_version(XENVER_version, NULL);
}

static long version_unknown_command(void)
{
    return hypercall_xen_version(UNKNOWN, NULL);
}

static long version_to_nowhere(void)
{
    return hypercall_xen_version(XENVER_extraversion, NOT_MAPPED);
}

static long version_to_xen(void)
{
    return hypercall_xen_version(XENVER_extraversion, (void *)OF_XEN);
}

static long features(void)
{
    struct xen_feature_info info = {.submap_idx = 0};

    return hypercall_xen_version(XENVER_get_features, &info);
}

static long features_beyond(void)
{
    struct xen_feature_info info = {.submap_idx = XENFEAT_NR_SUBMAPS};

    return hypercall_xen_version(XENVER_get_features, &info);
}

static long unknown_hypercall(void)
{
    return hypercall(63, 0, 0, 0, 0, 0);
}

static long unknown_large_hypercall(void)
{
    return hypercall(1000, 0, 0, 0, 0, 0);
}

static long send_by(evtchn_t port)
{
    struct evtchn_send send = {.port = port};

    return hypercall_event_channel_op(EVTCHNOP_send, &send);
}

static long close_port(evtchn_t port)
{
    struct evtchn_close close = {.port = port};

    return hypercall_event_channel_op(EVTCHNOP_close, &close);
}

static evtchn_t new_port(void)
{
    struct evtchn_alloc_unbound alloc = {.dom = DOMID_SELF, .remote_dom = DOMID_SELF};

    return hypercall_event_channel_op(EVTCHNOP_alloc_unbound, &alloc) == 0 ? alloc.port : 0;
}

static long send_by_free_port(void)
{
    return send_by(777);
}

static long send_by_port_0(void)
{
    return send_by(0);
}

static long send_by_port_beyond(void)
{
    return send_by(1 << 20);
}

static long send_by_unbound_port(void)
{
    evtchn_t port = new_port();
    long answer = send_by(port);

    close_port(port);
    return answer;
}

static long send_by_closed_port(void)
{
    evtchn_t port = new_port();

    close_port(port);
    return send_by(port);
}

static long send_from_nowhere(void)
{
    return hypercall_event_channel_op(EVTCHNOP_send, NOT_MAPPED);
}

static long close_free_port(void)
{
    return close_port(777);
}

static long event_unknown_command(void)
{
    return hypercall_event_channel_op(UNKNOWN, NULL);
}

static long yield(void)
{
    return hypercall_sched_op(SCHEDOP_yield, NULL);
}

static long sched_unknown_command(void)
{
    return hypercall_sched_op(UNKNOWN, NULL);
}

/* A time long past: the call returns whether there is an event or not. */
static long poll_ports(const evtchn_t *ports, unsigned count)
{
    struct sched_poll poll = {.nr_ports = count, .timeout = 1};

    set_xen_guest_handle(poll.ports, (evtchn_t *)ports);
    return hypercall_sched_op(SCHEDOP_poll, &poll);
}

static long poll_one(void)
{
    evtchn_t port = new_port();
    long answer = poll_ports(&port, 1);

    close_port(port);
    return answer;
}

static long poll_none(void)
{
    return poll_ports(NULL, 0);
}

static long poll_too_many(void)
{
    static evtchn_t ports[129];

    for (unsigned i = 0; i < ARRAY_LENGTH(ports); i++) {
        ports[i] = 777;
    }
    return poll_ports(ports, ARRAY_LENGTH(ports));
}

static long poll_port_beyond(void)
{
    evtchn_t port = 1 << 20;

    return poll_ports(&port, 1);
}

static long poll_closed_port(void)
{
    evtchn_t port = new_port();

    close_port(port);
    return poll_ports(&port, 1);
}

static long poll_port_never_used(void)
{
    evtchn_t port = 777;

    return poll_ports(&port, 1);
}

static long poll_from_nowhere(void)
{
    return poll_ports(NOT_MAPPED, 1);
}

static long vcpu_is_up(void)
{
    return hypercall_vcpu_op(VCPUOP_is_up, 0, NULL);
}

static long vcpu_missing(void)
{
    return hypercall_vcpu_op(VCPUOP_is_up, 31, NULL);
}

static long vcpu_missing_unknown_command(void)
{
    return hypercall_vcpu_op(UNKNOWN, 31, NULL);
}

static long vcpu_unknown_command(void)
{
    return hypercall_vcpu_op(UNKNOWN, 0, NULL);
}

static long traps_not_canonical(void)
{
    const struct trap_info table[] = {{.vector = 3, .cs = FLAT_KERNEL_CS, .address = NOT_CANONICAL},
                                      {0}};

    return hypercall_set_trap_table(table);
}

static long traps_from_nowhere(void)
{
    return hypercall_set_trap_table(NOT_MAPPED);
}

static long register_callback(unsigned type, uint64_t address)
{
    struct callback_register callback = {.type = (uint16_t)type, .address = address};

    return hypercall_callback_register(&callback);
}

static long callback_not_canonical(void)
{
    return register_callback(CALLBACKTYPE_event, NOT_CANONICAL);
}

static long callback_unknown_type(void)
{
    return register_callback(99, KERNEL_BASE);
}

static long callback_unknown_command(void)
{
    return hypercall(__HYPERVISOR_callback_op, UNKNOWN, 0, 0, 0, 0);
}

static long callback_from_nowhere(void)
{
    return hypercall_callback_register(NOT_MAPPED);
}

static long segment_unknown(void)
{
    return hypercall_set_segment_base(9, 0);
}

static long segment_not_canonical(void)
{
    return hypercall_set_segment_base(SEGBASE_FS, NOT_CANONICAL);
}

static long segment(void)
{
    return hypercall_set_segment_base(SEGBASE_FS, 0);
}

static long console_nothing(void)
{
    return hypercall_console_write("", 0);
}

static long console_from_nowhere(void)
{
    return hypercall_console_write(NOT_MAPPED, 4);
}

static long console_unknown_command(void)
{
    return hypercall(__HYPERVISOR_console_io, UNKNOWN, 0, 0, 0, 0);
}

/* Where no last-level table is. */
static long map_without_table(void)
{
    return hypercall_update_va_mapping((uint64_t)1 << 40, 0, 0);
}

static long map_not_canonical(void)
{
    return hypercall_update_va_mapping(NOT_CANONICAL, 0, 0);
}

static long map_of_xen(void)
{
    return hypercall_update_va_mapping(OF_XEN, 0, 0);
}

/* No machine of ours has so much memory. */
static long map_missing_frame(void)
{
    return hypercall_update_va_mapping((uint64_t)pfn_to_virtual(0),
                                       (uint64_t)0xfffffff << PAGE_SHIFT | PTE_PRESENT, 0);
}

const struct rule rules[] = {
    {"version", version, 4 << 16 | 17},
    {"version_unknown_command", version_unknown_command, -XEN_ENOSYS},
    {"version_to_nowhere", version_to_nowhere, -XEN_EFAULT},
    {"version_to_xen", version_to_xen, -XEN_EFAULT},
    {"features", features, 0},
    {"features_beyond", features_beyond, -XEN_EINVAL},
    {"unknown_hypercall", unknown_hypercall, -XEN_ENOSYS},
    {"unknown_large_hypercall", unknown_large_hypercall, -XEN_ENOSYS},
    {"send_by_free_port", send_by_free_port, -XEN_EINVAL},
    {"send_by_port_0", send_by_port_0, -XEN_EINVAL},
    {"send_by_port_beyond", send_by_port_beyond, -XEN_EINVAL},
    {"send_by_unbound_port", send_by_unbound_port, 0},
    {"send_by_closed_port", send_by_closed_port, -XEN_EINVAL},
    {"send_from_nowhere", send_from_nowhere, -XEN_EFAULT},
    {"close_free_port", close_free_port, -XEN_EINVAL},
    {"event_unknown_command", event_unknown_command, -XEN_ENOSYS},
    {"yield", yield, 0},
    {"sched_unknown_command", sched_unknown_command, -XEN_ENOSYS},
    {"poll_one", poll_one, 0},
    {"poll_none", poll_none, 0},
    {"poll_too_many", poll_too_many, -XEN_EINVAL},
    {"poll_port_beyond", poll_port_beyond, -XEN_EINVAL},
    {"poll_closed_port", poll_closed_port, -XEN_EINVAL},
    {"poll_port_never_used", poll_port_never_used, -XEN_EINVAL},
    {"poll_from_nowhere", poll_from_nowhere, -XEN_EFAULT},
    {"vcpu_is_up", vcpu_is_up, 1},
    {"vcpu_missing", vcpu_missing, -XEN_ENOENT},
    {"vcpu_missing_unknown_command", vcpu_missing_unknown_command, -XEN_ENOENT},
    {"vcpu_unknown_command", vcpu_unknown_command, -XEN_ENOSYS},
    {"traps_not_canonical", traps_not_canonical, -XEN_EINVAL},
    {"traps_from_nowhere", traps_from_nowhere, -XEN_EFAULT},
    {"callback_not_canonical", callback_not_canonical, -XEN_EINVAL},
    {"callback_unknown_type", callback_unknown_type, -XEN_ENOSYS},
    {"callback_unknown_command", callback_unknown_command, -XEN_ENOSYS},
    {"callback_from_nowhere", callback_from_nowhere, -XEN_EFAULT},
    {"segment", segment, 0},
    {"segment_unknown", segment_unknown, -XEN_EINVAL},
    {"segment_not_canonical", segment_not_canonical, -XEN_EINVAL},
    {"console_nothing", console_nothing, 0},
    {"console_from_nowhere", console_from_nowhere, -XEN_EFAULT},
    {"console_unknown_command", console_unknown_command, -XEN_ENOSYS},
    {"map_without_table", map_without_table, -XEN_EINVAL},
    {"map_not_canonical", map_not_canonical, -XEN_EINVAL},
    {"map_of_xen", map_of_xen, -XEN_EINVAL},
    {"map_missing_frame", map_missing_frame, -XEN_EPERM},
    {0},
};

static const struct rule *const lists[] = {rules,        mapping_rules, table_rules,
                                           call_rules,   event_rules,   vcpu_rules,
                                           second_rules, grant_rules,   grant_copy_rules};

static size_t count_all(void)
{
    size_t count = 0;

    for (size_t i = 0; i < ARRAY_LENGTH(lists); i++) {
        for (const struct rule *rule = lists[i]; rule->name != NULL; rule++) {
            count++;
        }
    }
    return count;
}

void rules_report(void (*print_line)(const char *format, ...))
{
    size_t number = 0;

    print_line("KTAP version 1\n1..%zu\n", count_all());
    for (size_t i = 0; i < ARRAY_LENGTH(lists); i++) {
        for (const struct rule *rule = lists[i]; rule->name != NULL; rule++) {
            long answer = rule->operation();

            print_line("%s %zu rules.%s # answer=%ld\n", answer == rule->expected ? "ok" : "not ok",
                       ++number, rule->name, answer);
        }
    }
}
