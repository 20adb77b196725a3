/*
 * fakexen: a model of the hypervisor to run kernel files against, on the build machine.
 *
 * One domain with memory, event channels and vCPUs. Kernel files are compiled for the build machine; their `syscall`
 * instructions come here (entry.h), change the domain's state and are refused where Xen refuses them. The suite in
 * tests/rules holds the model to what the real hypervisor answers.
 *
 * The domain's memory lies where the kernel expects it, from KERNEL_BASE on, so that pfn_to_virtual and the kernel's
 * other arithmetic hold. Its machine frames are scattered on purpose: a pfn is never a machine frame.
 *
 * What later labs need goes beside this: an operation is a function in a file of its own and a line in hypercall.c.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <stardust/types.h>

#include <xen/xen.h>

#include <xen/io/console.h>
#include <xen/vcpu.h>

struct cpu;

#define FAKEXEN_VERSION 0x40011 /* major << 16 | minor: 4.17, the one that the rig runs */
#define FAKEXEN_FRAMES  65536   /* machine frames in the fake machine */
#define FAKEXEN_PORTS   4096
#define FAKEXEN_VCPUS   8
#define FAKEXEN_VIRQS   NR_VIRQS
#define CALLBACKS       8
#define FAKEXEN_FEATURES                                                                           \
    ((1u << XENFEAT_pae_pgdir_above_4gb) | (1u << XENFEAT_mmu_pt_update_preserve_ad))

/** What kind of domain to make. Zero means the value in brackets. */
struct fakexen_options {
    bool first_domain;
    unsigned pages;           /* memory (256 pages) */
    unsigned vcpus;           /* (1) */
    uint32_t flags;           /* SIF_* besides those that follow from first_domain */
    const char *command_line; /* ("") */
    size_t
        command_length; /* characters put without a NUL behind them (0: all of command_line and a NUL) */
    uint64_t seed;      /* of frames and of garbage (1) */
    /* As Xen starts a domain: vCPU 0 alone is up, nobody has registered a vcpu_info, upcalls are masked. (All vCPUs are up,
     * each with a struct cpu whose `info` is registered, and no mask is set.) */
    bool start_of_day;
};

/** Where things are in the domain's memory, in the order that Xen has: pages from pfn 0 on. */
enum fakexen_layout {
    FAKEXEN_PAGE_P2M = 16, /* the pages before it are the image's */
    FAKEXEN_P2M_PAGES = 32,
    FAKEXEN_PAGE_START_INFO = FAKEXEN_PAGE_P2M + FAKEXEN_P2M_PAGES,
    FAKEXEN_PAGE_STORE,
    FAKEXEN_PAGE_CONSOLE,
    FAKEXEN_PAGE_TABLES,
    FAKEXEN_TABLE_PAGES = 5,
    FAKEXEN_PAGE_STACK = FAKEXEN_PAGE_TABLES + FAKEXEN_TABLE_PAGES,
    FAKEXEN_PAGE_FREE, /* what nothing uses begins here, and is full of garbage */
};

/* Addresses of this process where a guest's page can be seen, besides those from KERNEL_BASE up to the program itself. */
#define FAKEXEN_PROGRAM    0x40000000
#define FAKEXEN_WINDOW     0x200000000000
#define FAKEXEN_WINDOW_END 0x210000000000

/** A hypercall as it arrived: the registers at the `syscall` instruction. */
struct fakexen_call {
    uint64_t number;       /* rax */
    uint64_t arguments[5]; /* rdi rsi rdx r10 r8 */
    uintptr_t place;       /* address of the instruction after `syscall` */
    uintptr_t stack;       /* rsp */
    uintptr_t frame;       /* rbp */
    uintptr_t caller;      /* who called the function with the `syscall`; 0: not known */
};

enum fakexen_port_state { PORT_FREE, PORT_UNBOUND, PORT_BOUND, PORT_VIRQ, PORT_IPI };

struct fakexen_port {
    enum fakexen_port_state state;
    domid_t remote;      /* who may bind it, or is at its other end */
    evtchn_t peer;       /* PORT_BOUND: the port at its other end when that is ours too; else 0 */
    unsigned virq;       /* PORT_VIRQ */
    unsigned vcpu;       /* the one that gets its events */
    bool used;           /* it was in use at some time */
    unsigned long sends; /* how often the guest has sent an event by it */
};

/* What a vCPU waits for in Xen. */
enum fakexen_wait { WAIT_NONE, WAIT_BLOCK, WAIT_POLL };

struct fakexen_vcpu {
    struct cpu *cpu; /* what its %gs points to */
    struct vcpu_info *info;
    bool registered;                   /* `info` is where VCPUOP_register_vcpu_info said */
    bool initialised, up;              /* VCPUOP_initialise, VCPUOP_up */
    struct vcpu_guest_context context; /* from VCPUOP_initialise */
    evtchn_t virqs[FAKEXEN_VIRQS];     /* the ports they are bound to; 0: none */
    uint64_t callbacks[CALLBACKS];     /* CALLBACKTYPE_*: where Xen enters; 0: nowhere */
    uint64_t runstate;                 /* where it is told how long it ran; 0: nowhere */
    nsec_t timer; /* the singleshot timer's deadline; NSEC_FOREVER: it is not set */
    bool nmi_pending;
    bool kicked;  /* Xen was made to look whether an upcall is due, and has not yet */
    bool yielded; /* it let others go first, once */
    enum fakexen_wait wait;
    unsigned poll_count;   /* WAIT_POLL: how many ports */
    evtchn_t poll_port;    /* the last of them */
    nsec_t poll_deadline;  /* 0: none */
    unsigned long upcalls; /* how often Xen has entered a callback */
};

struct fakexen {
    struct fakexen_options options; /* with the defaults filled in */

    char *memory;                           /* the domain's, at KERNEL_BASE */
    struct start_info *start_info;          /* in its memory */
    struct xencons_interface *console_ring; /* in its memory; NULL in the first domain */
    uint64_t *p2m;                          /* in its memory */
    struct shared_info *shared_info;        /* a page of Xen's */
    mfn_t shared_info_frame;
    evtchn_t console_port, store_port;

    struct fakexen_port ports[FAKEXEN_PORTS];
    struct fakexen_vcpu vcpus[FAKEXEN_VCPUS];
    unsigned vcpu; /* the one that runs */
    nsec_t now;    /* virtual time; see virtual_time.h */

    struct fakexen_call last;                        /* the latest hypercall */
    unsigned long calls;                             /* how many there were */
    long (*answer)(const struct fakexen_call *call); /* if set: answers in place of the model */
    void (*on_send)(evtchn_t port); /* if set: told of each event that the guest sends */
    uint64_t poison;                /* what argument registers hold after a hypercall */
    char console[65536];            /* what was written by console_io, cut off there */
    size_t console_length;
    bool shut_down; /* the guest has asked for its end; nothing runs after that */
    unsigned shutdown_reason;
    bool cancels; /* a test's: suspending is called off */
};

/** The one domain of this process. */
extern struct fakexen fakexen;

/** The machine-to-physical table, in place of Xen's at its fixed address. Entries of frames of others are garbage. */
extern unsigned long fakexen_m2p[FAKEXEN_FRAMES];

/** Make a new domain. Its start_info is at fakexen.start_info. */
void fakexen_start(const struct fakexen_options *options);

/**
 * Ports, vCPUs, what they share with Xen, and time, as fakexen_start made them; the memory and its page tables stay as they
 * are. For tests that explore many seeds: a new domain takes milliseconds.
 */
void fakexen_again(void);

/** Do the hypercall in `call`, and keep it as the last one. Returns what Xen would put in rax. */
long fakexen_hypercall(const struct fakexen_call *call);

/** A page of the domain, where the guest sees it. */
void *fakexen_page(pfn_t pfn);

/** Its machine frame, whatever the guest did to its list of them. */
mfn_t fakexen_frame_of(pfn_t pfn);

/** What Xen and the vCPU tell each other: the mask of upcalls, whether one is pending, the time. */
struct vcpu_info *fakexen_vcpu_info(unsigned vcpu);

/** The data that the vCPU's %gs points to. A test puts it into the kernel's `cpus`, if that is under test. */
struct cpu *fakexen_cpu(unsigned vcpu);

/** The code that follows runs on this vCPU. Not for functions that the explorer runs. */
void fakexen_run_on(unsigned vcpu);

/** An event comes to `port` from outside. An upcall that is due comes at the next hypercall: see fakexen_deliver. */
void fakexen_event(evtchn_t port);

/** Virtual interrupt VIRQ_* comes to the vCPU (to vCPU 0, if it is not one of each vCPU's own). */
void fakexen_virq(unsigned virq, unsigned vcpu);

/** Let the upcall that is due, if one is, come now: returns when its callback has. */
void fakexen_deliver(void);

/**
 * Have upcalls of all vCPUs call `function`, a C function, in place of a callback that the kernel registers. It runs with
 * upcalls masked, as event_dispatch does; all registers are kept for it, and the mask is cleared behind it.
 */
void fakexen_upcalls_to(void (*function)(void));

/** Virtual time goes on to `now`: timers and polls whose time has come end. */
void fakexen_time_is(nsec_t now);

/** When the next of them ends; NSEC_FOREVER: never. */
nsec_t fakexen_next_deadline(void);
