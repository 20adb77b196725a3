/* control/sysrq: "xl sysrq DOMAIN LETTER". See kernel/xen/control.h. */
#include <kernel/xen/control.h>

#include <stardust/balloon.h>
#include <stardust/clock.h>
#include <stardust/console.h>
#include <stardust/event.h>
#include <stardust/frames.h>
#include <stardust/grant.h>
#include <stardust/inspect.h>
#include <stardust/panic.h>
#include <stardust/print.h>
#include <stardust/shutdown.h>
#include <stardust/thread.h>
#include <stardust/xenbus.h>
#include <stardust/xenstore.h>

static void print_memory(void)
{
    struct frame_statistics s = frames_statistics();

    print("  memory: %zu pages, %zu free, %zu in vCPUs' caches, %zu not taken in yet, %zu given "
          "back\n",
          balloon_pages(), s.free, s.cached, s.untouched, s.total - balloon_pages());
}

static void crash(void)
{
    panic("a crash was asked for by sysrq");
}

static void reboot(void)
{
    shutdown_as_reboot();
    shutdown_normal();
}

/* No disk is behind us: what can be lost is on its way to the console. */
static void sync(void)
{
    console_drain(clock_monotonic() + NSEC_PER_SEC);
}

static void print_help(void);

/* The letters that Linux gives the same meaning, where it has one. */
static const struct letter {
    char letter;
    const char *meaning;
    void (*act)(void); /* NULL: this image has no such part */
} letters[] = {
    {'b', "begin anew, at once", reboot},
    {'c', "crash", crash},
    {'d', "devices", xenbus_print},
    {'e', "event channels", events_print},
    {'g', "grants", grants_print},
    {'h', "help", print_help},
    {'m', "memory", print_memory},
    {'o', "power off, at once", shutdown_normal},
    {'s', "wait until the console has been read", sync},
    {'t', "threads", threads_print},
    {'w', "all that VIRQ_DEBUG shows", inspect_print},
};

static void print_help(void)
{
    for (unsigned i = 0; i < ARRAY_LENGTH(letters); i++) {
        if (letters[i].act != NULL) {
            print("  %c  %s\n", letters[i].letter, letters[i].meaning);
        }
    }
}

static const struct letter *find(char letter)
{
    for (unsigned i = 0; i < ARRAY_LENGTH(letters); i++) {
        if (letters[i].letter == letter && letters[i].act != NULL) {
            return &letters[i];
        }
    }
    return NULL;
}

/* As with control/shutdown, emptying the node says that we have seen it. */
void control_sysrq(void)
{
    char text[8];
    const struct letter *letter;

    if (control_read("control/sysrq", text, sizeof text) == 0 || text[0] == '\0') {
        return;
    }
    xenstore_write(XENSTORE_NO_TRANSACTION, "control/sysrq", "");
    letter = find(text[0]);
    if (letter == NULL) {
        print("\nsysrq: there is no letter 0x%x; there are:\n", (unsigned char)text[0]);
        print_help();
        return;
    }
    print("\nsysrq %c: %s\n", letter->letter, letter->meaning);
    letter->act();
}
