/* A xenstore ring to test on: see wire_around.h. */
#include "wire_around.h"

#include <string.h>

/* Made by the build from the same file: compiled as it is for the kernel, its names prefixed. */
int as_built_xenstore_ring_put(struct xenstore_wire *w, const char *bytes, size_t length);
int as_built_xenstore_ring_get(struct xenstore_wire *w, char *bytes, size_t length);
int as_built_xenstore_send(struct xenstore_wire *w, struct xenstore_message *message);
int as_built_xenstore_receive(struct xenstore_wire *w, struct xenstore_message *message);
int as_built_xenstore_error_number(const char *name, size_t length);
int as_built_xenstore_answer_check(const struct xenstore_message *message, uint32_t type);
int as_built_xenstore_names_count(const char *list, size_t length);
int as_built_xenstore_event_parts(const struct xenstore_message *message, const char **path,
                                  const char **token);
int as_built_xenstore_number(const char *text, size_t length, uint64_t *number);

static const struct wire_build builds[] = {
    {"", xenstore_ring_put, xenstore_ring_get, xenstore_send, xenstore_receive,
     xenstore_error_number, xenstore_answer_check, xenstore_names_count, xenstore_event_parts,
     xenstore_number},
    {" (in the kernel's own build)", as_built_xenstore_ring_put, as_built_xenstore_ring_get,
     as_built_xenstore_send, as_built_xenstore_receive, as_built_xenstore_error_number,
     as_built_xenstore_answer_check, as_built_xenstore_names_count, as_built_xenstore_event_parts,
     as_built_xenstore_number},
};

const struct wire_build *build;
struct xenstore_wire wire;
struct xenstore_domain_interface *ring;

void wire_for_each_build(void (*test)(void))
{
    for (build = builds; build < builds + ARRAY_LENGTH(builds); build++) {
        test();
    }
}

void wire_start(uint32_t requests, uint32_t answers)
{
    fakexen_start(&(struct fakexen_options){.pages = 64, .seed = test_seed()});
    ring = fakexen_page(FAKEXEN_PAGE_STORE);
    memcpy(ring, wire_bytes(sizeof *ring, 0), sizeof *ring);
    ring->req_prod = ring->req_cons = requests;
    ring->rsp_prod = ring->rsp_cons = answers;
    wire = (struct xenstore_wire){ring, fakexen.store_port, requests, answers};
}

const char *wire_bytes(size_t length, uint64_t salt)
{
    static char bytes[8192];
    struct random random = random_start(test_seed() ^ salt << 32);

    for (size_t i = 0; i < length; i++) {
        bytes[i] = (char)random_next(&random);
    }
    return bytes;
}

size_t wire_unread(void)
{
    return ring->req_prod - ring->req_cons;
}

void wire_server_read(char *bytes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        bytes[i] = ring->req[ring->req_cons++ % RING];
    }
}

size_t wire_server_write(const char *bytes, size_t count)
{
    size_t done = 0;

    while (done < count && ring->rsp_prod - ring->rsp_cons < RING) {
        ring->rsp[ring->rsp_prod++ % RING] = bytes[done++];
    }
    return done;
}

unsigned long wire_events(void)
{
    return fakexen.ports[fakexen.store_port].sends;
}

const char *wire_result(int result)
{
    switch (result) {
    case -XEN_EIO:
        return "-XEN_EIO";
    case -XEN_EAGAIN:
        return "-XEN_EAGAIN";
    case -XEN_EINVAL:
        return "-XEN_EINVAL";
    default:
        return text("%d", result);
    }
}
