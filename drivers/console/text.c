/* Text on its way into the console ring: see console_ring.h. */
#include <drivers/console/console_ring.h>

#include <stardust/bytes.h>

size_t console_ring_put_text(struct xencons_interface *ring, const char *bytes, size_t length)
{
    size_t taken = 0;

    while (taken < length) {
        size_t run = bytes_before('\n', bytes + taken, length - taken);

        taken += console_ring_put(ring, bytes + taken, run);
        if (taken == length || bytes[taken] != '\n' || console_ring_room(ring) < 2) {
            break;
        }
        console_ring_put(ring, "\r\n", 2);
        taken++;
    }
    return taken;
}
