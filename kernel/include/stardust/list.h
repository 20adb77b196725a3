/*
 * Doubly linked lists whose links lie in the listed things themselves, so that adding and removing need no memory.
 *
 * A list is a ring through its head: an empty one is a head that points at itself. What is in no list has links that are
 * NULL. LIST_ENTRY leads from a link to the thing around it. The caller keeps others away.
 */
#pragma once

#include <stardust/list_type.h>

/** The structure of `type` whose member `member` is the link at `link`. */
#define LIST_ENTRY(link, type, member) ((type *)((char *)(link)-offsetof(type, member)))

/** Make `head` an empty list. */
static inline void list_init(struct list *head)
{
    head->next = head->previous = head;
}

/** Whether the list is empty. */
static inline bool list_empty(const struct list *head)
{
    return head->next == head;
}

/** Whether the thing with this link is in a list. */
static inline bool list_linked(const struct list *link)
{
    return link->next != NULL;
}

static inline void list_insert(struct list *link, struct list *previous, struct list *next)
{
    link->previous = previous;
    link->next = next;
    previous->next = link;
    next->previous = link;
}

/** Put `link`, which is in no list, first. */
static inline void list_push_front(struct list *head, struct list *link)
{
    list_insert(link, head, head->next);
}

/** Put `link`, which is in no list, last. */
static inline void list_push_back(struct list *head, struct list *link)
{
    list_insert(link, head->previous, head);
}

/** Take `link` out of its list. */
static inline void list_remove(struct list *link)
{
    link->previous->next = link->next;
    link->next->previous = link->previous;
    link->next = link->previous = NULL;
}

/** Take the first link out of a list that is not empty. */
static inline struct list *list_take_first(struct list *head)
{
    struct list *first = head->next, *second = first->next;

    head->next = second;
    second->previous = head;
    first->next = first->previous = NULL;
    return first;
}

/** Take the first link out; NULL when the list is empty. */
static inline struct list *list_pop_front(struct list *head)
{
    return list_empty(head) ? NULL : list_take_first(head);
}
