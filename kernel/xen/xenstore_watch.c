/*
 * Watches: see stardust/xenstore.h. Each has one event pending at most, so that a storm of them takes no more memory
 * than that.
 */
#include <kernel/xen/xenstore_client.h>

#include <stardust/bytes.h>
#include <stardust/heap.h>
#include <stardust/list.h>
#include <stardust/print.h>
#include <stardust/spinlock.h>
#include <stardust/thread.h>
#include <stardust/wait.h>

#include <xen/errno.h>

enum { TOKEN_SIZE = 11 }; /* ten digits and a NUL */

static struct {
    struct spinlock lock;        /* protects the fields below, and those of all watches */
    struct list all;             /* by `watches` */
    struct list pending;         /* by `queue`, in the order in which they fired */
    uint32_t last_token;         /* of the latest watch */
    uint32_t connection;         /* which one to xenstored this is, from 0 on */
    struct xenstore_watch *busy; /* the one that the thread is at work on: it must stay */
    struct thread *thread;       /* never changes */
    struct wait_queue work;      /* the thread, until there is something to do */
    struct wait_queue idle;      /* those who remove `busy` */
} watches = {.lock = SPINLOCK(LOCK_WAIT),
             .all = {&watches.all, &watches.all},
             .pending = {&watches.pending, &watches.pending}};

/* What the thread does next: call the function of `watch` for `changed`, or, when `stale`, register it again. */
struct work {
    struct xenstore_watch *watch;
    bool stale;
    char *changed;
};

static int ask_for(uint32_t type, const char *path, uint32_t token)
{
    char text[TOKEN_SIZE];
    struct xenstore_part parts[] = {xenstore_text(path), {text, 0}};

    parts[1].length = format_text(text, sizeof text, "%u", token) + 1;
    return xenstore_do(type, XENSTORE_NO_TRANSACTION, parts, 2);
}

/* That xenstored knows the watch already is as good as a yes. */
static int ask_to_watch(const char *path, uint32_t token)
{
    int error = ask_for(XS_WATCH, path, token);

    return error == -XEN_EEXIST ? 0 : error;
}

static void insert(struct xenstore_watch *w)
{
    critical_t state = spin_lock_irqsave(&watches.lock);

    w->token = ++watches.last_token;
    w->connection = watches.connection;
    w->pending = false;
    w->changed = NULL;
    list_push_back(&watches.all, &w->watches);
    spin_unlock_irqrestore(&watches.lock, state);
}

/* When this returns, only the thread itself may still be at work on it. Returns the token; 0: it was no watch. */
static uint32_t take_out(struct xenstore_watch *w)
{
    critical_t state = spin_lock_irqsave(&watches.lock);
    uint32_t token = w->token;
    char *changed = NULL;

    if (token != 0) {
        list_remove(&w->watches);
        if (w->pending) {
            list_remove(&w->queue);
            changed = w->changed;
        }
        w->token = 0;
    }
    while (watches.busy == w && thread_current() != watches.thread) {
        wait_queue_sleep(&watches.idle, &watches.lock, NSEC_FOREVER, "a watch's function");
    }
    spin_unlock_irqrestore(&watches.lock, state);
    heap_free(changed);
    return token;
}

/* In the list before xenstored hears of it: its first event may come at once. */
int xenstore_watch_add(struct xenstore_watch *watch)
{
    int error;

    insert(watch);
    error = ask_to_watch(watch->path, watch->token);
    if (error != 0) {
        take_out(watch);
    }
    return error;
}

void xenstore_watch_remove(struct xenstore_watch *watch)
{
    const char *path = watch->path;
    uint32_t token = take_out(watch);

    if (token != 0) {
        ask_for(XS_UNWATCH, path, token);
    }
}

/* Context: watches.lock held. */
static struct xenstore_watch *find(uint64_t token)
{
    for (struct list *l = watches.all.next; l != &watches.all; l = l->next) {
        struct xenstore_watch *w = LIST_ENTRY(l, struct xenstore_watch, watches);

        if (w->token == token) {
            return w;
        }
    }
    return NULL;
}

static char *copy_text(const char *text)
{
    size_t size = string_length(text, XENSTORE_PAYLOAD_MAX) + 1;
    char *copy = heap_alloc(size);

    if (copy != NULL) {
        memcpy(copy, text, size);
    }
    return copy;
}

/* The watch fires for the first time since its function was called. Context: watches.lock held. */
static void make_pending(struct xenstore_watch *w, char *changed)
{
    w->pending = true;
    w->changed = changed;
    list_push_back(&watches.pending, &w->queue);
    wait_queue_wake_all(&watches.work);
}

/* One more event: either it says the same, or the watch has fired at several places. Returns what is to be freed. */
static char *merge(struct xenstore_watch *w, const char *changed)
{
    char *before = w->changed;

    xenstore_count(&xenstore_counters.merged);
    if (before == NULL || (changed != NULL && string_equal(before, changed))) {
        return NULL;
    }
    w->changed = NULL;
    return before;
}

/* Where there is no memory for the path, the watch fires as if it had been at several places. */
static void fire(uint64_t token, char *changed)
{
    critical_t state = spin_lock_irqsave(&watches.lock);
    struct xenstore_watch *w = find(token);
    char *merged = NULL;

    if (w != NULL && !w->pending) {
        make_pending(w, changed);
        changed = NULL;
    } else if (w != NULL) {
        merged = merge(w, changed);
    }
    spin_unlock_irqrestore(&watches.lock, state);
    heap_free(merged);
    heap_free(changed);
}

void xenstore_watch_event(const struct xenstore_message *message)
{
    const char *path, *token;
    uint64_t number;

    xenstore_count(&xenstore_counters.events);
    if (xenstore_event_parts(message, &path, &token) == 0 &&
        xenstore_number(token, string_length(token, TOKEN_SIZE), &number) == 0) {
        fire(number, copy_text(path));
    }
}

/* Context: watches.lock held. */
static struct xenstore_watch *find_stale(void)
{
    for (struct list *l = watches.all.next; l != &watches.all; l = l->next) {
        struct xenstore_watch *w = LIST_ENTRY(l, struct xenstore_watch, watches);

        if (w->connection != watches.connection) {
            return w;
        }
    }
    return NULL;
}

/* What there is to do; its `watch` is NULL when that is nothing. Context: watches.lock held. */
static struct work take_work(void)
{
    struct work work = {.watch = find_stale(), .stale = true};
    struct list *first;

    if (work.watch != NULL) {
        work.watch->connection = watches.connection;
        return work;
    }
    first = list_pop_front(&watches.pending);
    if (first != NULL) {
        work.watch = LIST_ENTRY(first, struct xenstore_watch, queue);
        work.watch->pending = false;
        work.changed = work.watch->changed;
        work.watch->changed = NULL;
        work.stale = false;
    }
    return work;
}

static struct work wait_for_work(void)
{
    critical_t state = spin_lock_irqsave(&watches.lock);
    struct work work = take_work();

    while (work.watch == NULL) {
        wait_queue_sleep(&watches.work, &watches.lock, NSEC_FOREVER, "a watch to fire");
        work = take_work();
    }
    watches.busy = work.watch;
    spin_unlock_irqrestore(&watches.lock, state);
    return work;
}

static void finish_work(void)
{
    critical_t state = spin_lock_irqsave(&watches.lock);

    watches.busy = NULL;
    wait_queue_wake_all(&watches.idle);
    spin_unlock_irqrestore(&watches.lock, state);
}

/* After a restore xenstored may be slow: a watch must not be lost by that. Who removes it waits for us, its token gone. */
static void register_again(const struct xenstore_watch *w)
{
    uint32_t token = __atomic_load_n(&w->token, __ATOMIC_RELAXED);
    int error = 0;

    do {
        error = token != 0 ? ask_to_watch(w->path, token) : 0;
        token = __atomic_load_n(&w->token, __ATOMIC_RELAXED);
    } while (error == -XEN_ETIMEDOUT && token != 0);
    if (error != 0 && token != 0) {
        print("xenstore: cannot watch %s any more (error %d)\n", w->path, error);
    }
}

/* Its function may remove the watch: after that it is gone. */
static void *work_for_ever(void *unused)
{
    for (;;) {
        struct work work = wait_for_work();

        if (work.stale) {
            register_again(work.watch);
        } else {
            work.watch->fired(work.watch, work.changed != NULL ? work.changed : work.watch->path);
        }
        heap_free(work.changed);
        finish_work();
    }
    return unused;
}

void xenstore_watches_again(void)
{
    critical_t state = spin_lock_irqsave(&watches.lock);

    watches.connection++;
    wait_queue_wake_all(&watches.work);
    spin_unlock_irqrestore(&watches.lock, state);
}

int xenstore_watches_init(void)
{
    static const struct thread_options options = {.name = "xenstore watch", .detached = true};

    return thread_create(&watches.thread, &options, work_for_ever, NULL);
}
