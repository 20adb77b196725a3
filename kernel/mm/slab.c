/* Slabs, the pages that small objects are cut from: see kernel/mm/slab.h. */
#include <kernel/mm/slab.h>

#include <limits.h>

#include <stardust/panic.h>

/* As many objects as a page holds give the sizes above 256: the steps grow, but no page has a useless rest. */
#define CLASS(bytes, objects_at_once)                                                              \
    {                                                                                              \
        .size = (bytes), .batch = (objects_at_once), .reciprocal = UINT32_MAX / (bytes) + 1        \
    }

const struct size_class size_classes[HEAP_CLASSES + 1] = {
    CLASS(16, 32),  CLASS(32, 32),  CLASS(48, 32),  CLASS(64, 32),       CLASS(80, 32),
    CLASS(96, 16),  CLASS(112, 16), CLASS(128, 16), CLASS(160, 16),      CLASS(192, 16),
    CLASS(224, 16), CLASS(256, 16), CLASS(288, 8),  CLASS(336, 8),       CLASS(400, 8),
    CLASS(512, 8),  CLASS(576, 8),  CLASS(672, 4),  CLASS(816, 4),       CLASS(1024, 4),
    CLASS(1360, 4), CLASS(2048, 4), CLASS(4096, 4), [HEAP_MEDIUM] = {0},
};

/* [size / 16, rounded up]: the class. */
const uint8_t class_of_units[HEAP_SMALL_MAX / HEAP_UNIT + 1] = {
    [0 ... 1] = 0,
    [2] = 1,
    [3] = 2,
    [4] = 3,
    [5] = 4,
    [6] = 5,
    [7] = 6,
    [8] = 7,
    [9 ... 10] = 8,
    [11 ... 12] = 9,
    [13 ... 14] = 10,
    [15 ... 16] = 11,
    [17 ... 18] = 12,
    [19 ... 21] = 13,
    [22 ... 25] = 14,
    [26 ... 32] = 15,
    [33 ... 36] = 16,
    [37 ... 42] = 17,
    [43 ... 51] = 18,
    [52 ... 64] = 19,
    [65 ... 85] = 20,
    [86 ... 128] = 21,
    [129 ... 256] = 22,
};

struct spinlock heap_spinlock = SPINLOCK(LOCK_HEAP);

/* Chosen before the first object exists, with heap_lock held; never changes. */
uintptr_t slab_secret;

/* Slabs with free objects, by class: pfn + 1 of the first; heap_lock. */
static uint32_t partial[HEAP_CLASSES];

static void partial_add(pfn_t pfn)
{
    struct frame *frame = frame_of(pfn);
    uint32_t *head = &partial[frame->size_class];

    frame->previous = 0;
    frame->next = *head;
    if (frame->next != 0) {
        frame_of(frame->next - 1)->previous = (uint32_t)pfn + 1;
    }
    *head = (uint32_t)pfn + 1;
}

static void partial_remove(pfn_t pfn)
{
    struct frame *frame = frame_of(pfn);

    if (frame->previous != 0) {
        frame_of(frame->previous - 1)->next = frame->next;
    } else {
        partial[frame->size_class] = frame->next;
    }
    if (frame->next != 0) {
        frame_of(frame->next - 1)->previous = frame->previous;
    }
}

/* A slab's own list, between the form it has in the record and the form that the list functions want. */
static struct heap_list list_of(pfn_t pfn)
{
    uint16_t first = frame_of(pfn)->first;

    return (struct heap_list){
        .first = first == SLAB_FULL ? NULL : (void *)((char *)pfn_to_virtual(pfn) + first)};
}

static void list_store(pfn_t pfn, struct heap_list list)
{
    frame_of(pfn)->first = list.first == NULL ? SLAB_FULL : (uintptr_t)list.first % PAGE_SIZE;
}

static bool slab_make(unsigned size_class)
{
    size_t size = size_classes[size_class].size;
    struct heap_list list = {0};
    char *page = page_alloc();
    struct frame *frame;

    if (page == NULL) {
        return false;
    }
    if (slab_secret == 0) {
        slab_secret = cpu_tsc() * 0x9e3779b97f4a7c15;
    }
    for (size_t rest = size; rest <= PAGE_SIZE; rest += size) {
        slab_push(&list, (struct heap_object *)(page + PAGE_SIZE - rest));
    }
    frame = frame_of(virtual_to_pfn(page));
    frame->use = FRAME_HEAP;
    frame->size_class = (uint8_t)size_class;
    frame->entries = 0;
    list_store(virtual_to_pfn(page), list);
    partial_add(virtual_to_pfn(page));
    return true;
}

static void slab_release(pfn_t pfn)
{
    frame_of(pfn)->use = FRAME_ALLOCATED;
    page_free(pfn_to_virtual(pfn));
}

/* Move objects from the slab `pfn` to a vCPU's list until there is no room but for `room` more. */
static void take_from(pfn_t pfn, struct heap_list *to, long room)
{
    struct heap_list from = list_of(pfn);

    while (from.first != NULL && to->room > room) {
        slab_push(to, slab_pop(&from));
        frame_of(pfn)->entries++;
    }
    list_store(pfn, from);
    if (from.first == NULL) {
        partial_remove(pfn);
    }
}

/* Put a batch of objects into an empty list, or what there is. */
static bool refill(struct heap_list *list, unsigned size_class)
{
    critical_t state = heap_lock();
    long batch = size_classes[size_class].batch;

    list->room = 2 * batch;
    while (list->room > batch && (partial[size_class] != 0 || slab_make(size_class))) {
        take_from(partial[size_class] - 1, list, batch);
    }
    heap_unlock(state);
    return list->first != NULL;
}

static void give_back(struct heap_object *object)
{
    pfn_t pfn = virtual_to_pfn(object);
    struct heap_list list = list_of(pfn);

    if (list.first == NULL) {
        partial_add(pfn);
    }
    slab_push(&list, object);
    list_store(pfn, list);
    if (--frame_of(pfn)->entries == 0) {
        partial_remove(pfn);
        slab_release(pfn);
    }
}

/* Give objects back until there is room for `room`, or all. */
static void flush(struct heap_list *list, long room)
{
    critical_t state = heap_lock();

    while (list->room < room && list->first != NULL) {
        give_back(slab_pop(list));
    }
    heap_unlock(state);
}

void slab_free_more(unsigned size_class, critical_t state)
{
    struct heap_list *list = &cpu_this()->heap.lists[size_class];

    flush(list, size_classes[size_class].batch);
    if (list->first == NULL) {
        list->room = 2 * size_classes[size_class].batch;
    }
    critical_leave(state);
}

void slab_flush_all(void)
{
    critical_t state = critical_enter();

    for (unsigned size_class = 0; size_class < HEAP_CLASSES; size_class++) {
        flush(&cpu_this()->heap.lists[size_class], LONG_MAX);
    }
    critical_leave(state);
}

void *slab_alloc_more(unsigned size_class, critical_t state)
{
    struct heap_list *list = &cpu_this()->heap.lists[size_class];
    void *object = NULL;

    if (!refill(list, size_class)) {
        slab_flush_all();
        refill(list, size_class);
    }
    if (list->first != NULL) {
        object = slab_pop(list);
    }
    critical_leave(state);
    return object;
}

static void check_list(const struct heap_object *object)
{
    for (; object != NULL; object = object->next) {
        if (!slab_sealed(object)) {
            slab_written(object);
        }
    }
}

void slab_check_all(void)
{
    critical_t state = heap_lock();

    for (unsigned size_class = 0; size_class < HEAP_CLASSES; size_class++) {
        check_list(cpu_this()->heap.lists[size_class].first);
        for (uint32_t next = partial[size_class]; next != 0; next = frame_of(next - 1)->next) {
            check_list(list_of(next - 1).first);
        }
    }
    heap_unlock(state);
}

void slab_written(const struct heap_object *object)
{
    panic("heap: 0x%lx, a free block of %u bytes, was written to after it was freed",
          (uintptr_t)object, size_classes[frame_of(virtual_to_pfn(object))->size_class].size);
}

void slab_free_refused(const void *memory)
{
    panic("heap: free of 0x%lx: not a block in use: it was freed before", (uintptr_t)memory);
}
