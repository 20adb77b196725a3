/*
 * Small objects: size classes, the pages that objects are cut from, and each vCPU's cache in front of them.
 *
 * A slab is one page with objects of one class. What the fields of its struct frame mean:
 *   size_class       the class
 *   entries          objects that are not in the slab's own list: in use, or in a vCPU's cache
 *   first            offset of the first free object in the page; SLAB_FULL: none
 *   next, previous   the class's list of slabs with free objects: pfn + 1, 0 at its ends
 * A slab whose last object comes back is a free page again: the frame allocator's cache of pages is behind us.
 */
#pragma once

#include <stardust/critical.h>
#include <stardust/frames.h>
#include <stardust/heap_cache.h>

#define HEAP_SMALL_MAX PAGE_SIZE
#define HEAP_UNIT      16 /* sizes are looked up in steps of this */
#define SLAB_FULL      UINT16_MAX

struct size_class {
    uint32_t size;
    uint32_t end;        /* offset in the page behind the last object */
    uint32_t reciprocal; /* of the size, times 2^32 and rounded up */
    uint32_t batch;      /* objects that move between cache and slabs at once; the cache holds twice as many */
};

extern const struct size_class size_classes[HEAP_CLASSES];
extern const uint8_t class_of_units[HEAP_SMALL_MAX / HEAP_UNIT + 1];

/** Stands in every seal, so that data from outside cannot look like a free object. */
extern uintptr_t slab_secret;

/**
 * The lock of what all vCPUs share: the classes' lists of slabs, and the records of the pages in them. Taken before the
 * frame allocator's. While there is one vCPU, keeping its upcalls away is enough.
 */
static inline critical_t heap_lock(void)
{
    return critical_enter();
}

static inline void heap_unlock(critical_t state)
{
    critical_leave(state);
}

/** Fill this vCPU's `list` of a class from its slabs. Context: critical section. Returns false: no memory. */
bool slab_refill(struct heap_list *list, unsigned class);

/** Give a batch of objects in `list` back to their slabs. Context: critical section. */
void slab_flush(struct heap_list *list, unsigned class);

/** Give everything in this vCPU's cache back. */
void slab_flush_all(void);

/** Panic: `object` was written to after it was freed. */
_Noreturn void slab_written(const struct heap_object *object);

/** Panic: `memory`, an address in a slab of `class`, cannot be freed. */
_Noreturn void slab_free_refused(const void *memory, unsigned class);

static inline uintptr_t slab_seal(const struct heap_object *object)
{
    return ~(uintptr_t)object ^ (uintptr_t)object->next ^ slab_secret;
}

static inline void slab_push(struct heap_list *list, struct heap_object *object)
{
    object->next = list->first;
    object->seal = slab_seal(object);
    list->first = object;
    list->count++;
}

/** Take the first object of a list that has one. */
static inline struct heap_object *slab_pop(struct heap_list *list)
{
    struct heap_object *object = list->first;

    if (__builtin_expect(object->seal != slab_seal(object), 0)) {
        slab_written(object);
    }
    list->first = object->next;
    list->count--;
    object->seal = 0;
    return object;
}

/** Allocate an object of `class`. Returns NULL when there is no memory. */
static inline void *slab_alloc(unsigned class)
{
    critical_t state = critical_enter();
    struct heap_list *list = &cpu_this()->heap.lists[class];
    void *object = NULL;

    if (__builtin_expect(list->first != NULL, 1) || slab_refill(list, class)) {
        object = slab_pop(list);
    }
    critical_leave(state);
    return object;
}

/** Whether an object of `class` begins at `offset` in a slab: the remainder of a division, for the price of a product. */
static inline bool slab_begins_at(const struct size_class *class, uint32_t offset)
{
    return offset * class->reciprocal < class->reciprocal && offset < class->end;
}

/** Free the object at `memory`, which lies in a slab of `class`. Panics when it is not the beginning of one in use. */
static inline void slab_free(void *memory, unsigned class)
{
    critical_t state = critical_enter();
    struct heap_list *list = &cpu_this()->heap.lists[class];
    struct heap_object *object = memory;

    if (__builtin_expect(!slab_begins_at(&size_classes[class], (uintptr_t)memory % PAGE_SIZE) ||
                             object->seal == slab_seal(object),
                         0)) {
        slab_free_refused(memory, class);
    }
    slab_push(list, object);
    if (__builtin_expect(list->count > 2 * size_classes[class].batch, 0)) {
        slab_flush(list, class);
    }
    critical_leave(state);
}
