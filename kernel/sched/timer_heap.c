/* A pairing heap of timers: see kernel/sched/timer_heap.h. */
#include <kernel/sched/timer_heap.h>

/* Of two heaps make one: the later root becomes the earlier one's first child. Either may be NULL. */
static struct timer *meld(struct timer *a, struct timer *b)
{
    if (a == NULL || b == NULL) {
        return a != NULL ? a : b;
    }
    if (b->deadline < a->deadline) {
        struct timer *earlier = b;

        b = a;
        a = earlier;
    }
    b->next = a->child;
    b->previous = a;
    if (a->child != NULL) {
        a->child->previous = b;
    }
    a->child = b;
    return a;
}

/* Take the first two heaps of a list of siblings, melded, off it. */
static struct timer *take_pair(struct timer **siblings)
{
    struct timer *a = *siblings;
    struct timer *b = a->next;

    *siblings = b != NULL ? b->next : NULL;
    a->next = a->previous = NULL;
    if (b != NULL) {
        b->next = b->previous = NULL;
    }
    return meld(a, b);
}

/* Of a list of siblings make one heap: in pairs from the first to the last, then all of these from the last to the first. */
static struct timer *meld_siblings(struct timer *siblings)
{
    struct timer *pairs = NULL, *all = NULL;

    while (siblings != NULL) {
        struct timer *pair = take_pair(&siblings);

        pair->next = pairs;
        pairs = pair;
    }
    while (pairs != NULL) {
        struct timer *next = pairs->next;

        pairs->next = NULL;
        all = meld(all, pairs);
        pairs = next;
    }
    return all;
}

void timer_heap_add(struct timer **root, struct timer *t)
{
    t->child = t->next = t->previous = NULL;
    *root = meld(*root, t);
}

/* Unlink `t`, which is not the root, from its siblings and its parent. */
static void cut(struct timer *t)
{
    if (t->previous->child == t) {
        t->previous->child = t->next;
    } else {
        t->previous->next = t->next;
    }
    if (t->next != NULL) {
        t->next->previous = t->previous;
    }
}

void timer_heap_remove(struct timer **root, struct timer *t)
{
    struct timer *below = meld_siblings(t->child);

    if (t == *root) {
        *root = below;
    } else {
        cut(t);
        *root = meld(*root, below);
    }
    t->child = t->next = t->previous = NULL;
}
