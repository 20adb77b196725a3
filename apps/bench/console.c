/* What a line on the console costs: formatted, and put into a ring like the one that xenconsoled reads. */
#ifdef HAVE_SMP
#include "bench.h"

#include <drivers/console/console_ring.h>
#include <stardust/console.h>
#include <stardust/print.h>
#include <stardust/start_info.h>

/* The backend has read everything at once. */
static struct xencons_interface ring;

static size_t ring_write(const char *bytes, size_t length)
{
    size_t taken = console_ring_put_text(&ring, bytes, length);

    ring.out_cons = ring.out_prod;
    return taken;
}

static void no_wait(nsec_t deadline)
{
    (void)deadline;
}

static bool drained(void)
{
    return true;
}

static void console_line_63(void)
{
    print("%s %-32s%16lx %8u\n", "line", "of sixty-three characters:", 0x123456789abcUL, 12345678u);
}

/* The first domain's console gets its text back afterwards; a guest's would be another ring. */
void measure_console(void)
{
    static const struct console_sink sink = {
        .name = "a ring nobody reads", .write = ring_write, .wait = no_wait, .drained = drained};
    struct figure figure;

    if (guest.first_domain) {
        console_attach(&sink);
        figure = take_figure(console_line_63);
        console_attach(&console_xen);
        print_figure("console_line_63", figure);
    }
}
#endif
