/* The kernel around the xenstore client: see host.h. */
#include "host.h"

#include <stdarg.h>
#include <stdlib.h>

#include <stardust/event.h>
#include <stardust/heap.h>
#include <stardust/memory.h>
#include <stardust/print.h>
#include <stardust/schedule.h>
#include <stardust/start_info.h>
#include <stardust/thread.h>

/* The daemons, in the order in which the client makes its threads. */
enum { FIRST, SECOND, XENSTORED, DAEMONS };

enum { PAGES = 2, GUARD = 16 };

/* What the client's files keep: one section, so that it can be made as it was at boot. */
extern char __start_client_state[], __stop_client_state[];
static char *state_at_boot;

struct guest guest;

static char pages[PAGES][4096] __attribute__((aligned(4096)));
static void *(*entries[XENSTORED])(void *);
static unsigned created;
static event_handler *handler;
static bool masked, pending;  /* the guest's port */
static bool notified, asleep; /* xenstored's */
static unsigned blocks;
static char printed[2000];
static uint64_t seed;

bool mfn_is_ours(mfn_t mfn)
{
    return mfn < PAGES;
}

pfn_t mfn_to_pfn(mfn_t mfn)
{
    return mfn;
}

void *pfn_to_virtual(pfn_t pfn)
{
    return pages[pfn];
}

struct xenstore_domain_interface *host_ring(void)
{
    return (struct xenstore_domain_interface *)pages[guest.store_mfn];
}

int thread_create(struct thread **thread, const struct thread_options *options,
                  void *(*entry)(void *), void *argument)
{
    (void)options, (void)argument;
    if (thread != NULL) {
        *thread = explorer_daemon(created);
    }
    entries[created++] = entry;
    return 0;
}

int event_listen(evtchn_t port, event_handler *function, void *context)
{
    (void)port, (void)context;
    handler = function;
    masked = false;
    return 0;
}

void event_mask(evtchn_t port)
{
    (void)port;
    masked = true;
}

static void deliver(void)
{
    pending = true;
    explorer_point();
    if (!masked && pending) {
        pending = false;
        handler(guest.store_port, NULL);
    }
}

void host_event(void)
{
    deliver();
}

void event_unmask(evtchn_t port)
{
    (void)port;
    masked = false;
    if (pending) {
        deliver();
    }
}

static void wake_xenstored(void)
{
    notified = true;
    if (asleep) {
        asleep = false;
        thread_wake(explorer_daemon(XENSTORED));
    }
}

int event_notify(evtchn_t port)
{
    (void)port;
    wake_xenstored();
    explorer_point();
    return 0;
}

static void serve(void)
{
    for (;;) {
        bool moved;

        notified = false;
        explorer_point();
        moved = xenstored_step();
        if (moved) {
            deliver();
        } else if (!notified) {
            asleep = true;
            thread_block();
        }
    }
}

void host_set_malice(enum xenstored_malice what)
{
    xenstored_set_malice(what);
    wake_xenstored();
}

/* Behind each block there are bytes that must stay as they are. */
void *heap_alloc(size_t size)
{
    char *block = malloc(GUARD + size + GUARD);

    memcpy(block, &size, sizeof size);
    memset(block + GUARD + size, 0x6b, GUARD);
    blocks++;
    return block + GUARD;
}

void heap_free(void *memory)
{
    char *block;
    size_t size;

    if (memory == NULL) {
        return;
    }
    block = (char *)memory - GUARD;
    memcpy(&size, block, sizeof size);
    for (unsigned i = 0; i < GUARD; i++) {
        explorer_check(block[GUARD + size + i] == 0x6b, "a block was written beyond its end");
    }
    memset(block, 0xdd, GUARD + size);
    free(block);
    blocks--;
}

unsigned host_blocks(void)
{
    return blocks;
}

void print(const char *format, ...)
{
    size_t length = strlen(printed);
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(printed + length, sizeof printed - length, format, arguments);
    va_end(arguments);
}

const char *host_printed(void)
{
    return printed;
}

static void run_first(void)
{
    entries[FIRST](NULL);
}

static void run_second(void)
{
    entries[SECOND](NULL);
}

static void forget_client(void)
{
    size_t size = (size_t)(__stop_client_state - __start_client_state);

    if (state_at_boot == NULL) {
        state_at_boot = malloc(size);
        memcpy(state_at_boot, __start_client_state, size);
    }
    memcpy(__start_client_state, state_at_boot, size);
}

/* The rings begin anywhere. */
static void new_ring(void)
{
    struct xenstore_domain_interface *ring = host_ring();

    memset(ring, 0, 4096);
    ring->req_prod = ring->req_cons = (uint32_t)(0 - seed * 77);
    ring->rsp_prod = ring->rsp_cons = (uint32_t)(seed * 12345);
}

void host_start(void)
{
    static void (*const daemons[])(void) = {run_first, run_second, serve};

    forget_client();
    seed++;
    created = blocks = 0;
    masked = pending = notified = asleep = false;
    printed[0] = '\0';
    guest.store_mfn = 0;
    guest.store_port = 7;
    new_ring();
    xenstored_start(host_ring(), seed);
    explorer_set_daemons(daemons, DAEMONS);
    explorer_set_patient(true);
    if (xenstore_init() != 0) {
        abort();
    }
}

void host_move(void)
{
    guest.store_mfn ^= 1;
    new_ring();
    xenstored_reconnect(host_ring());
    pending = false;
    wake_xenstored();
}

static void (*prepare_more)(void);

static void prepare(void)
{
    host_start();
    if (prepare_more != NULL) {
        prepare_more();
    }
}

void host_try(unsigned seeds, unsigned number, void (*more)(void), void (*work)(void))
{
    void (*threads[EXPLORER_THREADS])(void);

    for (unsigned i = 0; i < number; i++) {
        threads[i] = work;
    }
    prepare_more = more;
    explorer_try(seeds, prepare, threads, number);
}
