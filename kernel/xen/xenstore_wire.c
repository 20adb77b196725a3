/*
 * Bytes and messages on the xenstore ring: see xenstore_wire.h. Who sends what, and who waits for it, is in xenstore.c.
 */
#include <kernel/xen/xenstore_wire.h>

#include <stardust/barrier.h>
#include <stardust/bytes.h>
#include <stardust/event_poll.h>
#include <stardust/lab.h>

#include <xen/errno.h>

#define HEADER_SIZE sizeof(struct xsd_sockmsg)

_Static_assert(offsetof(struct xenstore_message, payload) ==
                   offsetof(struct xenstore_message, header) + HEADER_SIZE,
               "header and payload follow each other");

#ifdef SOLUTION_XENSTORE
static void copy_in(char *ring, uint32_t index, const char *bytes, size_t length)
{
    size_t at = MASK_XENSTORE_IDX(index);
    size_t before_end = XENSTORE_RING_SIZE - at;
    size_t first = length < before_end ? length : before_end;

    memcpy(ring + at, bytes, first);
    memcpy(ring, bytes + first, length - first);
}

int xenstore_ring_put(struct xenstore_wire *wire, const char *bytes, size_t length)
{
    /* Read once: it may be another number the next time. */
    uint32_t consumer = *(const volatile uint32_t *)&wire->ring->req_cons;
    uint32_t used = wire->req_prod - consumer;

    if (used > XENSTORE_RING_SIZE) {
        return -XEN_EIO;
    }
    /* What xenstored has read, it no longer looks at: only then may we write there. */
    barrier_full();
    if (length > XENSTORE_RING_SIZE - used) {
        length = XENSTORE_RING_SIZE - used;
    }
    copy_in(wire->ring->req, wire->req_prod, bytes, length);
    barrier_write();
    wire->req_prod += (uint32_t)length;
    *(volatile uint32_t *)&wire->ring->req_prod = wire->req_prod;
    return (int)length;
}
#else
int xenstore_ring_put(struct xenstore_wire *wire, const char *bytes, size_t length)
{
    LAB_TODO(xenstore, "6.4", "copy the bytes that fit into req[], then let xenstored see them");
}
#endif

#ifdef SOLUTION_XENSTORE
static void copy_out(char *bytes, const char *ring, uint32_t index, size_t length)
{
    size_t at = MASK_XENSTORE_IDX(index);
    size_t before_end = XENSTORE_RING_SIZE - at;
    size_t first = length < before_end ? length : before_end;

    memcpy(bytes, ring + at, first);
    memcpy(bytes + first, ring, length - first);
}

int xenstore_ring_get(struct xenstore_wire *wire, char *bytes, size_t length)
{
    uint32_t producer = *(const volatile uint32_t *)&wire->ring->rsp_prod;
    uint32_t used = producer - wire->rsp_cons;

    if (used > XENSTORE_RING_SIZE) {
        return -XEN_EIO;
    }
    barrier_read();
    if (length > used) {
        length = used;
    }
    copy_out(bytes, wire->ring->rsp, wire->rsp_cons, length);
    /* We have read them before xenstored may write there. */
    barrier_full();
    wire->rsp_cons += (uint32_t)length;
    *(volatile uint32_t *)&wire->ring->rsp_cons = wire->rsp_cons;
    return (int)length;
}
#else
int xenstore_ring_get(struct xenstore_wire *wire, char *bytes, size_t length)
{
    LAB_TODO(xenstore, "6.4", "copy the bytes that are in rsp[], then let xenstored have the room");
}
#endif

/* Byte number `done` of a message. */
static char *next_byte(struct xenstore_message *message)
{
    return (char *)message + offsetof(struct xenstore_message, header) + message->done;
}

#ifdef SOLUTION_XENSTORE
int xenstore_send(struct xenstore_wire *wire, struct xenstore_message *message)
{
    size_t size = HEADER_SIZE + message->header.len;
    int count = xenstore_ring_put(wire, next_byte(message), size - message->done);

    if (count < 0) {
        return count;
    }
    message->done += (size_t)count;
    if (count > 0) {
        event_notify(wire->port);
    }
    return message->done == size ? 0 : -XEN_EAGAIN;
}
#else
int xenstore_send(struct xenstore_wire *wire, struct xenstore_message *message)
{
    LAB_TODO(xenstore, "6.5", "put what is left and fits; tell xenstored; is that all of it?");
}
#endif

#ifdef SOLUTION_XENSTORE
/* Get on until `size` bytes of the message are there. Returns 0, -XEN_EAGAIN or -XEN_EIO. */
static int receive_up_to(struct xenstore_wire *wire, struct xenstore_message *message, size_t size)
{
    int count = xenstore_ring_get(wire, next_byte(message), size - message->done);

    if (count < 0) {
        return count;
    }
    message->done += (size_t)count;
    return message->done == size ? 0 : -XEN_EAGAIN;
}

/* The length counts only when all of the header is there, and is checked before it is used. */
static int receive_parts(struct xenstore_wire *wire, struct xenstore_message *message)
{
    int error = 0;

    if (message->done < HEADER_SIZE) {
        error = receive_up_to(wire, message, HEADER_SIZE);
    }
    if (error == 0 && message->header.len > XENSTORE_PAYLOAD_MAX) {
        error = -XEN_EIO;
    }
    if (error == 0) {
        error = receive_up_to(wire, message, HEADER_SIZE + message->header.len);
    }
    return error;
}

int xenstore_receive(struct xenstore_wire *wire, struct xenstore_message *message)
{
    size_t before = message->done;
    int error = receive_parts(wire, message);

    if (message->done > before) {
        event_notify(wire->port);
    }
    if (error == 0) {
        message->payload[message->header.len] = '\0';
    }
    return error;
}
#else
int xenstore_receive(struct xenstore_wire *wire, struct xenstore_message *message)
{
    LAB_TODO(xenstore, "6.5",
             "the header, then as many bytes as it says, if it may; tell xenstored");
}
#endif

#ifdef SOLUTION_XENSTORE
int xenstore_answer_check(const struct xenstore_message *message, uint32_t type)
{
    if (message->header.type == XS_ERROR) {
        return xenstore_error_number(message->payload, message->header.len);
    }
    return message->header.type == type ? 0 : -XEN_EIO;
}
#else
int xenstore_answer_check(const struct xenstore_message *message, uint32_t type)
{
    LAB_TODO(xenstore, "6.6", "is it the answer, an error, or something else?");
}
#endif

#ifdef SOLUTION_XENSTORE
int xenstore_names_count(const char *list, size_t length)
{
    int count = 0;

    while (length > 0) {
        size_t name = string_length(list, length);

        if (name == 0 || name == length) {
            return -XEN_EIO;
        }
        list += name + 1;
        length -= name + 1;
        count++;
    }
    return count;
}
#else
int xenstore_names_count(const char *list, size_t length)
{
    LAB_TODO(xenstore, "6.6", "count the names; each has a NUL of its own, within the length");
}
#endif

#ifdef SOLUTION_XENSTORE
int xenstore_event_parts(const struct xenstore_message *message, const char **path,
                         const char **token)
{
    if (xenstore_names_count(message->payload, message->header.len) < 2) {
        return -XEN_EIO;
    }
    *path = message->payload;
    *token = *path + string_length(*path, message->header.len) + 1;
    return 0;
}
#else
int xenstore_event_parts(const struct xenstore_message *message, const char **path,
                         const char **token)
{
    LAB_TODO(xenstore, "6.6", "the path, a NUL, the token, a NUL; are both there?");
}
#endif

#ifdef SOLUTION_XENSTORE
/* The value of a digit; at least 16 when it is none. */
static unsigned digit(char c)
{
    if (c >= '0' && c <= '9') {
        return (unsigned)(c - '0');
    }
    c |= 'a' - 'A';
    return c >= 'a' && c <= 'f' ? (unsigned)(c - 'a') + 10 : 16;
}

static bool is_hexadecimal(const char *text, size_t length)
{
    return length > 2 && text[0] == '0' && text[1] == 'x';
}

int xenstore_number(const char *text, size_t length, uint64_t *number)
{
    unsigned base = is_hexadecimal(text, length) ? 16 : 10;
    uint64_t sum = 0;

    for (size_t i = base == 16 ? 2 : 0; i < length; i++) {
        unsigned value = digit(text[i]);

        if (value >= base || __builtin_mul_overflow(sum, (uint64_t)base, &sum) ||
            __builtin_add_overflow(sum, (uint64_t)value, &sum)) {
            return -XEN_EINVAL;
        }
    }
    if (length == 0) {
        return -XEN_EINVAL;
    }
    *number = sum;
    return 0;
}
#else
int xenstore_number(const char *text, size_t length, uint64_t *number)
{
    LAB_TODO(xenstore, "6.6", "read digits; refuse all else, and what does not fit into 64 bits");
}
#endif
