/* What xenstored says in the ring's page besides the rings: see xenstore_client.h. */
#include <kernel/xen/xenstore_client.h>

/* It may change at any time. */
static uint32_t look_at(const uint32_t *field)
{
    return *(const volatile uint32_t *)field;
}

static bool has_feature(const struct xenstore_domain_interface *ring, uint32_t feature)
{
    return (look_at(&ring->server_features) & feature) != 0;
}

bool xenstore_page_ready(const struct xenstore_domain_interface *ring)
{
    return !has_feature(ring, XENSTORE_SERVER_FEATURE_RECONNECTION) ||
           look_at(&ring->connection) == XENSTORE_CONNECTED;
}

const char *xenstore_page_error(const struct xenstore_domain_interface *ring)
{
    if (!has_feature(ring, XENSTORE_SERVER_FEATURE_ERROR)) {
        return NULL;
    }
    switch (look_at(&ring->error)) {
    case XENSTORE_ERROR_NONE:
        return NULL;
    case XENSTORE_ERROR_RINGIDX:
        return "xenstored says that our ring index is wrong";
    case XENSTORE_ERROR_PROTO:
        return "xenstored says that we broke the protocol";
    default:
        return "xenstored says that it cannot communicate";
    }
}
