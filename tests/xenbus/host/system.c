/* What the kernel gives xenbus, on the build machine: see around.h. */
#include "around.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <stardust/grant.h>
#include <stardust/heap.h>
#include <stardust/mutex.h>
#include <stardust/panic.h>
#include <stardust/print.h>
#include <stardust/semaphore.h>
#include <stardust/thread.h>

#include <CUnit/CUnit.h>

enum { GRANTS = 4096, PORTS = 4096 };

unsigned grants_given, ports_open, pages_kept, pages_left = 100;
domid_t last_domain;
bool rounds_locked;
unsigned units;
unsigned store_blocks;

static void *granted[GRANTS];
static bool open_ports[PORTS];
static char text[4096];
static size_t text_length;

void *heap_alloc_zeroed(size_t size)
{
    store_blocks++;
    return calloc(1, size);
}

void heap_free(void *memory)
{
    store_blocks -= memory != NULL;
    free(memory);
}

/* One thread of control: what waits for another one would wait for ever. */
void mutex_lock(struct mutex *m)
{
    (void)m;
    CU_ASSERT_FATAL(!rounds_locked);
    rounds_locked = true;
}

void mutex_unlock(struct mutex *m)
{
    (void)m;
    CU_ASSERT_FATAL(rounds_locked);
    rounds_locked = false;
}

void semaphore_up(struct semaphore *s)
{
    (void)s;
    units++;
}

int semaphore_down(struct semaphore *s, nsec_t deadline)
{
    (void)s, (void)deadline;
    return 0;
}

int thread_create(struct thread **thread, const struct thread_options *options,
                  void *(*entry)(void *), void *argument)
{
    (void)thread, (void)options, (void)entry, (void)argument;
    return 0;
}

void panic(const char *format, ...)
{
    printf("# panic: %s\n", format);
    abort();
}

void print(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    text_length +=
        (size_t)vsnprintf(text + text_length, sizeof text - text_length, format, arguments);
    va_end(arguments);
    text_length = text_length < sizeof text ? text_length : sizeof text - 1;
}

const char *printed(void)
{
    static char copy[sizeof text];

    memcpy(copy, text, sizeof text);
    text[0] = '\0';
    text_length = 0;
    return copy;
}

void *grant_page(domid_t domain, grant_t *grant)
{
    for (grant_t i = 8; i < GRANTS && grants_given < pages_left; i++) {
        if (granted[i] == NULL) {
            last_domain = domain;
            grants_given++;
            *grant = i;
            return granted[i] = calloc(1, 64);
        }
    }
    return NULL;
}

void grant_revoke_page(grant_t grant, void *page)
{
    CU_ASSERT_FATAL(granted[grant] == page && page != NULL);
    granted[grant] = NULL;
    grants_given--;
    free(page);
}

struct grant_statistics grants_statistics(void)
{
    return (struct grant_statistics){.given = grants_given, .deferred = pages_kept};
}

int event_bind_unbound(domid_t remote, event_handler *handler, void *context)
{
    (void)handler, (void)context;
    last_domain = remote;
    for (int port = 1; port < PORTS; port++) {
        if (!open_ports[port]) {
            open_ports[port] = true;
            ports_open++;
            return port;
        }
    }
    return -XEN_ENOSPC;
}

void ports_of_another_life(unsigned count)
{
    for (int port = 1; port < PORTS && count > 0; port++) {
        count -= open_ports[port];
        ports_open -= open_ports[port];
        open_ports[port] = false;
    }
}

void event_unbind(evtchn_t port)
{
    CU_ASSERT_FATAL(open_ports[port]);
    open_ports[port] = false;
    ports_open--;
}
