/* control/shutdown: "xl shutdown", "xl reboot", "xl save" and "xl migrate". See kernel/xen/control.h. */
#include <kernel/xen/control.h>

#include <stardust/application.h>
#include <stardust/bytes.h>
#include <stardust/lifecycle.h>
#include <stardust/print.h>
#include <stardust/shutdown.h>
#include <stardust/suspend.h>
#include <stardust/types.h>
#include <stardust/xenstore.h>

static void end_now(enum lifecycle_end end)
{
    (void)end;
    application_end(0);
}

static lifecycle_handler *handler = end_now;

void lifecycle_on_end(lifecycle_handler *function)
{
    __atomic_store_n(&handler, function, __ATOMIC_RELEASE);
}

static void poweroff(void)
{
    __atomic_load_n(&handler, __ATOMIC_ACQUIRE)(LIFECYCLE_POWEROFF);
}

static void halt(void)
{
    __atomic_load_n(&handler, __ATOMIC_ACQUIRE)(LIFECYCLE_HALT);
}

static void reboot(void)
{
    shutdown_as_reboot();
    __atomic_load_n(&handler, __ATOMIC_ACQUIRE)(LIFECYCLE_REBOOT);
}

static const struct request {
    const char *word;
    void (*obey)(void);
} requests[] = {{"poweroff", poweroff}, {"reboot", reboot}, {"halt", halt}, {"suspend", suspend}};

static const struct request *request_of(const char *word, unsigned length)
{
    for (unsigned i = 0; i < ARRAY_LENGTH(requests); i++) {
        if (string_length(requests[i].word, length + 1) == length &&
            memcmp(requests[i].word, word, length) == 0) {
            return &requests[i];
        }
    }
    return NULL;
}

/* The node is empty when nothing is asked for; we empty it to say that we have seen it, which the toolstack waits for. */
void control_shutdown(void)
{
    char word[32];
    unsigned length = control_read("control/shutdown", word, sizeof word);
    const struct request *request = request_of(word, length);

    if (length == 0) {
        return;
    }
    xenstore_write(XENSTORE_NO_TRANSACTION, "control/shutdown", "");
    if (request == NULL) {
        print("control: asked for \"%s\", which this kernel does not know\n", word);
        return;
    }
    request->obey();
}
