#undef console_ring_drained

bool console_ring_drained(const struct xencons_interface *ring)
{
    while (drained_honestly(ring)) {
    }
    return false;
}
