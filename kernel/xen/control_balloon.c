/* memory/target: "xl mem-set". See kernel/xen/control.h. */
#include <kernel/xen/control.h>

#include <stardust/balloon.h>
#include <stardust/layout.h>
#include <stardust/print.h>
#include <stardust/start_info.h>
#include <stardust/xenstore.h>

#define KIB_PER_PAGE (PAGE_SIZE / 1024)

static void report(size_t wanted)
{
    size_t now = balloon_pages();

    if (now == wanted) {
        print("memory: %zu KiB now\n", now * KIB_PER_PAGE);
    } else {
        print("memory: %zu KiB now; %zu KiB were asked for: %s\n", now * KIB_PER_PAGE,
              wanted * KIB_PER_PAGE,
              now > wanted         ? "the rest is in use"
              : now == guest.pages ? "that is more than this domain was started with"
                                   : "Xen has no more");
    }
}

void control_balloon(void)
{
    static size_t last;
    uint64_t kib;

    if (xenstore_read_number(XENSTORE_NO_TRANSACTION, "memory/target", &kib) != 0) {
        return;
    }
    last = last == 0 ? guest.pages : last;
    if (kib / KIB_PER_PAGE != last) {
        last = kib / KIB_PER_PAGE;
        balloon_set(last);
        report(last);
    }
}
