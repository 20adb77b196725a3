/* Mapping what other domains have granted: see stardust/grant_map.h. */
#include <stardust/grant_map.h>

#include <stardust/clock.h>
#include <stardust/foreign.h>
#include <stardust/heap.h>
#include <stardust/hypercall.h>
#include <stardust/memory.h>
#include <stardust/panic.h>
#include <stardust/region.h>
#include <stardust/thread.h>

#include <xen/errno.h>

/* A page that its domain has paged out is waited for: this often, this long each time. */
enum { TRIES = 100 };
#define TRY_EVERY NSEC_PER_MSEC

static unsigned mapped; /* atomic */

unsigned grants_mapped(void)
{
    return __atomic_load_n(&mapped, __ATOMIC_RELAXED);
}

static uintptr_t place_of(const struct grant_mapping *mapping, size_t i)
{
    return (uintptr_t)mapping->address + i * PAGE_SIZE;
}

static int map_once(struct gnttab_map_grant_ref *map)
{
    long error = hypercall_grant_table_op(GNTTABOP_map_grant_ref, map, 1);

    return error != 0 ? (int)error : grant_error(map->status);
}

static int map_page(struct grant_mapping *mapping, size_t i, domid_t domain, grant_t grant)
{
    struct gnttab_map_grant_ref map = {.host_addr = place_of(mapping, i),
                                       .flags = GNTMAP_host_map |
                                                (mapping->read_only ? GNTMAP_readonly : 0),
                                       .ref = grant,
                                       .dom = domain};
    int error = map_once(&map);

    for (unsigned tries = 1; error == -XEN_EAGAIN && tries < TRIES; tries++) {
        thread_sleep(clock_monotonic() + TRY_EVERY);
        error = map_once(&map);
    }
    mapping->handles[i] = map.handle;
    return error;
}

static void unmap_page(struct grant_mapping *mapping, size_t i)
{
    struct gnttab_unmap_grant_ref unmap = {.host_addr = place_of(mapping, i),
                                           .handle = mapping->handles[i]};
    long error = hypercall_grant_table_op(GNTTABOP_unmap_grant_ref, &unmap, 1);

    assert_that(error == 0 && unmap.status == GNTST_okay,
                "grant_unmap: page %lu at 0x%lx: error %ld, status %d", i, place_of(mapping, i),
                error, unmap.status);
    __atomic_fetch_sub(&mapped, 1, __ATOMIC_RELAXED);
}

/* Open a place and map the page there. On an error the place is closed again. */
static int add_page(struct grant_mapping *mapping, size_t i, domid_t domain, grant_t grant)
{
    int error = foreign_open(place_of(mapping, i));

    if (error != 0) {
        return error;
    }
    error = map_page(mapping, i, domain, grant);
    if (error != 0) {
        foreign_close(place_of(mapping, i));
        return error;
    }
    __atomic_fetch_add(&mapped, 1, __ATOMIC_RELAXED);
    return 0;
}

static struct grant_mapping *make(size_t count, bool read_only)
{
    struct grant_mapping *mapping =
        heap_alloc(sizeof *mapping + count * sizeof mapping->handles[0]);

    if (mapping == NULL) {
        return NULL;
    }
    *mapping = (struct grant_mapping){.read_only = read_only};
    mapping->region = region_reserve("granted pages", count * PAGE_SIZE, REGION_COMMITTED);
    if (mapping->region == NULL) {
        heap_free(mapping);
        return NULL;
    }
    mapping->address = (void *)mapping->region->start;
    return mapping;
}

int grant_map(domid_t domain, const grant_t *grants, size_t count, bool read_only,
              struct grant_mapping **mapping)
{
    struct grant_mapping *made = make(count, read_only);
    int error = made != NULL ? 0 : -XEN_ENOMEM;

    while (error == 0 && made->count < count) {
        error = add_page(made, made->count, domain, grants[made->count]);
        made->count += error == 0;
    }
    if (error == 0) {
        *mapping = made;
    } else if (made != NULL) {
        grant_unmap(made);
    }
    return error;
}

/* Xen removes the entry of a page that it unmaps, and nobody can reach it afterwards. */
void grant_unmap(struct grant_mapping *mapping)
{
    for (size_t i = 0; i < mapping->count; i++) {
        unmap_page(mapping, i);
        foreign_close(place_of(mapping, i));
    }
    region_release(mapping->region);
    heap_free(mapping);
}
