/* What the machine of a domain run is made of: QEMU's arguments, see dom0.h. */
#include "dom0.h"

#include <stdlib.h>
#include <string.h>

#include "message.h"

static const char xen_line[] =
    XEN_LINE "debug_stack_lines=64 dom0_mem=320M,max:320M dom0_max_vcpus=1 bootscrub=0";

/* Two pairs of words for QEMU. The places on the bus give dom0's virtio0 … virtio3 their numbers:
 * dom0/init counts on it. */
static const char *const devices[] = {
    "-device",  "virtio-serial-pci,addr=4",
    "-device",  "virtserialport,nr=1,chardev=control",
    "-device",  "virtserialport,nr=2,chardev=console",
    "-device",  "virtio-net-pci,addr=5,netdev=net,romfile=",
    "-device",  "virtio-blk-pci,addr=6,drive=kernel",
    "-device",  "virtio-blk-pci,addr=7,drive=disk",
    "-serial",  "chardev:serial",
    "-machine", "memory-backend=ram",
    "-append",  xen_line,
};

void dom0_prepare(struct dom0 *d, const struct options *o, struct events *e, int log)
{
    struct qemu_machine machine = {
        .cpus = o->exact == EXACT_OFF ? 2 : 1, .memory = DOM0_MEMORY, .exact = o->exact};

    *d = (struct dom0){.options = o, .events = e, .typing.descriptor = -1};
    console_begin(&d->machine, log);
    console_begin(&d->console, -1);
    qemu_prepare(&d->qemu, &machine);
    d->serial = qemu_channel(&d->qemu, "serial");
    d->control = qemu_channel(&d->qemu, "control");
    d->guest = qemu_channel(&d->qemu, "console");
    for (size_t i = 0; i < sizeof devices / sizeof devices[0]; i++) {
        qemu_add(&d->qemu, "%s", devices[i]);
    }
    d->common = d->qemu.argument_count;
}

static void add_network(struct dom0 *d)
{
    const struct options *o = d->options;

    qemu_add(&d->qemu, "-netdev");
    if (o->host_port == 0) {
        qemu_add(&d->qemu, "user,id=net,restrict=on");
    } else {
        qemu_add(&d->qemu, "user,id=net,restrict=on,hostfwd=tcp:127.0.0.1:%u-10.0.2.16:%u",
                 o->host_port, o->guest_port);
    }
}

/* QEMU's own locks are no help: it takes them only after the restore. Ours are on the descriptors. */
static void add_disk(struct dom0 *d, const char *name, int descriptor, bool read_only)
{
    qemu_add(&d->qemu, "-blockdev");
    if (descriptor < 0) {
        /* An empty disk keeps the place of one that this run does not have. */
        qemu_add(&d->qemu, "driver=null-co,node-name=%s,size=512,read-zeroes=on", name);
    } else {
        qemu_add(&d->qemu, "driver=file,node-name=%s,read-only=%s,locking=off,filename=/dev/fd/%d",
                 name, read_only ? "on" : "off", qemu_pass(&d->qemu, descriptor));
    }
}

void dom0_devices(struct dom0 *d, const struct dom0_devices *from)
{
    const char *build = d->options->build;

    qemu_add(&d->qemu, "-object");
    qemu_add(&d->qemu, "memory-backend-file,id=ram,size=%dM,mem-path=/dev/fd/%d,share=%s",
             DOM0_MEMORY, qemu_pass(&d->qemu, from->memory), from->share ? "on" : "off");
    add_network(d);
    add_disk(d, "kernel", from->kernel, true);
    add_disk(d, "disk", from->disk, false);
    if (!from->share) {
        qemu_add(&d->qemu, "-incoming");
        qemu_add(&d->qemu, "defer");
    }
    qemu_add(&d->qemu, "-kernel");
    qemu_add(&d->qemu, "%s/xen/hypervisor", build);
    qemu_add(&d->qemu, "-initrd");
    qemu_add(&d->qemu, "%s/dom0/vmlinux console=hvc0 quiet,%s/dom0/initrd.gz", build, build);
}

char *dom0_start(struct dom0 *d, int *status)
{
    char *problem = qemu_start(&d->qemu, d->events, status);

    if (problem != NULL && strstr(problem, "host forwarding") != NULL) {
        free(problem);
        *status = STATUS_USAGE;
        return format_string(
            "port %u of this machine is taken, or not yours to take: give another with --forward",
            d->options->host_port);
    }
    return problem;
}
