/*
 * Small objects: size classes, the pages that objects are cut from, and each vCPU's cache in front of them.
 *
 * A slab is one page with objects of one class, the last of which ends where the page ends. What the fields of its
 * struct frame mean:
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
#include <stardust/spinlock.h>

#define HEAP_SMALL_MAX PAGE_SIZE
#define HEAP_UNIT      16 /* sizes are looked up in steps of this */
#define SLAB_FULL      UINT16_MAX

/* A class that is none: in the record of a medium block's first page, see large.c. No object begins anywhere in it. */
#define HEAP_MEDIUM HEAP_CLASSES

struct size_class {
    uint16_t size;
    uint16_t
        batch; /* objects that move between cache and slabs at once; the cache holds twice as many */
    uint32_t reciprocal; /* of the size, times 2^32 and rounded up */
};

extern const struct size_class size_classes[HEAP_CLASSES + 1];
extern const uint8_t class_of_units[HEAP_SMALL_MAX / HEAP_UNIT + 1];

/** Stands in every seal, so that data from outside cannot look like a free object. */
extern uintptr_t slab_secret;

/**
 * The lock of what all vCPUs share: the classes' lists of slabs, and the records of the pages in them; in a debug build
 * also of its own lists of blocks. Pages are allocated and freed with it held, regions are not.
 */
extern struct spinlock heap_spinlock;

/** Take it, upcalls masked. Returns what heap_unlock wants. Context: thread, this vCPU does not hold it. */
static inline critical_t heap_lock(void)
{
    return spin_lock_irqsave(&heap_spinlock);
}

static inline void heap_unlock(critical_t state)
{
    spin_unlock_irqrestore(&heap_spinlock, state);
}

/**
 * Allocate an object of `size_class`, of which this vCPU has none at hand, and end the critical section that began
 * with `state`. Returns NULL when there is no memory, even after all that this vCPU keeps was given back.
 */
void *slab_alloc_more(unsigned size_class, critical_t state);

/** Give objects of `size_class` back to their slabs until a batch is left, and end the critical section. */
void slab_free_more(unsigned size_class, critical_t state);

/** Give everything in this vCPU's cache back. */
void slab_flush_all(void);

/** Look at the seals of all free objects, but those in other vCPUs' caches. Panics when one was written to. */
void slab_check_all(void);

/** Panic: `object` was written to after it was freed. */
_Noreturn void slab_written(const struct heap_object *object);

/** Panic: `memory` cannot be freed. */
_Noreturn void slab_free_refused(const void *memory);

/** What `next` and `seal` of a free object differ in. */
static inline uintptr_t slab_key(const struct heap_object *object)
{
    return (uintptr_t)object ^ slab_secret;
}

static inline bool slab_sealed(const struct heap_object *object)
{
    return ((uintptr_t)object->next ^ slab_key(object)) == object->seal;
}

static inline void slab_push(struct heap_list *list, struct heap_object *object)
{
    struct heap_object *next = list->first;

    object->next = next;
    object->seal = (uintptr_t)next ^ slab_key(object);
    list->first = object;
    list->room--;
}

/** Take the first object of a list that has one. */
static inline struct heap_object *slab_pop(struct heap_list *list)
{
    struct heap_object *object = list->first;

    if (__builtin_expect(!slab_sealed(object), 0)) {
        slab_written(object);
    }
    list->first = object->next;
    list->room++;
    object->seal = 0;
    return object;
}

/** Allocate an object of `size_class`. Returns NULL when there is no memory. */
static inline void *slab_alloc(unsigned size_class)
{
    critical_t state = critical_enter();
    struct heap_list *list = &cpu_this()->heap.lists[size_class];
    void *object;

    if (__builtin_expect(list->first == NULL, 0)) {
        return slab_alloc_more(size_class, state);
    }
    object = slab_pop(list);
    critical_leave(state);
    return object;
}

/**
 * Whether an object of `size_class` begins at `memory`, in a slab of that class: it does when the way to the page's
 * end is a multiple of the size. The remainder of a division, for the price of a product: the fraction that the
 * reciprocal yields is smaller than itself just when there is none.
 */
static inline bool slab_begins_at(unsigned size_class, const void *memory)
{
    uint32_t rest = PAGE_SIZE - (uint32_t)((uintptr_t)memory % PAGE_SIZE);

    return rest * size_classes[size_class].reciprocal < size_classes[size_class].reciprocal;
}

/**
 * Free the object at `memory`, in a slab of `size_class`; the caller has made sure that one begins there. Panics when
 * it is free.
 */
static inline void slab_free(void *memory, unsigned size_class)
{
    critical_t state = critical_enter();
    struct heap_list *list = &cpu_this()->heap.lists[size_class];
    struct heap_object *object = memory;

    if (__builtin_expect(slab_sealed(object), 0)) {
        slab_free_refused(memory);
    }
    slab_push(list, object);
    if (__builtin_expect(list->room < 0, 0)) {
        slab_free_more(size_class, state);
        return;
    }
    critical_leave(state);
}
