/* Bytes and messages on the xenstore ring, written plainly: a byte at a time. */
#include <kernel/xen/xenstore_wire.h>

#include <stardust/barrier.h>
#include <stardust/bytes.h>
#include <stardust/event_poll.h>
#include <stardust/lab.h>

#include <xen/errno.h>

int xenstore_ring_put(struct xenstore_wire *wire, const char *bytes, size_t length)
{
    uint32_t read = *(volatile XENSTORE_RING_IDX *)&wire->ring->req_cons;
    uint32_t unread = wire->req_prod - read;
    size_t count = 0;

    if (unread > XENSTORE_RING_SIZE) {
        return -XEN_EIO;
    }
    barrier_full();
    for (; count < length && unread + count < XENSTORE_RING_SIZE; count++) {
        wire->ring->req[(wire->req_prod + count) & (XENSTORE_RING_SIZE - 1)] = bytes[count];
    }
    wire->req_prod += (uint32_t)count;
    barrier_write();
    *(volatile XENSTORE_RING_IDX *)&wire->ring->req_prod = wire->req_prod;
    return (int)count;
}

int xenstore_ring_get(struct xenstore_wire *wire, char *bytes, size_t length)
{
    uint32_t written = *(volatile XENSTORE_RING_IDX *)&wire->ring->rsp_prod;
    uint32_t unread = written - wire->rsp_cons;
    size_t count = 0;

    if (unread > XENSTORE_RING_SIZE) {
        return -XEN_EIO;
    }
    barrier_read();
    for (; count < length && count < unread; count++) {
        bytes[count] = wire->ring->rsp[(wire->rsp_cons + count) & (XENSTORE_RING_SIZE - 1)];
    }
    wire->rsp_cons += (uint32_t)count;
    barrier_full();
    *(volatile XENSTORE_RING_IDX *)&wire->ring->rsp_cons = wire->rsp_cons;
    return (int)count;
}

/* Byte number `done` of a message. */
static char *next_byte(struct xenstore_message *message)
{
    return (char *)message + offsetof(struct xenstore_message, header) + message->done;
}

int xenstore_send(struct xenstore_wire *wire, struct xenstore_message *message)
{
    size_t left = sizeof message->header + message->header.len - message->done;
    int count = xenstore_ring_put(wire, next_byte(message), left);

    if (count > 0) {
        message->done += (unsigned)count;
        event_notify(wire->port);
    }
    if (count < 0) {
        return count;
    }
    return (size_t)count < left ? -XEN_EAGAIN : 0;
}

int xenstore_receive(struct xenstore_wire *wire, struct xenstore_message *message)
{
    size_t wanted = sizeof message->header;
    int count, all = 0, error = -XEN_EAGAIN;

    do {
        if (message->done >= sizeof message->header) {
            if (message->header.len > XENSTORE_PAYLOAD_MAX) {
                error = -XEN_EIO;
                break;
            }
            wanted = sizeof message->header + message->header.len;
        }
        if (message->done == wanted) {
            message->payload[message->header.len] = 0;
            error = 0;
            break;
        }
        count = xenstore_ring_get(wire, next_byte(message), wanted - message->done);
        if (count < 0) {
            error = count;
            break;
        }
        message->done += (unsigned)count;
        all += count;
    } while (count > 0);
    if (all > 0) {
        event_notify(wire->port);
    }
    return error;
}

int xenstore_answer_check(const struct xenstore_message *message, uint32_t type)
{
    if (message->header.type == type) {
        return 0;
    }
    if (message->header.type != XS_ERROR) {
        return -XEN_EIO;
    }
    return xenstore_error_number(message->payload, message->header.len);
}

int xenstore_names_count(const char *list, size_t length)
{
    int count = 0;

    for (size_t i = 0, begin = 0; i < length; i++) {
        if (list[i] == '\0') {
            if (i == begin) {
                return -XEN_EIO;
            }
            begin = i + 1;
            count++;
        }
    }
    return length == 0 || list[length - 1] == '\0' ? count : -XEN_EIO;
}

int xenstore_event_parts(const struct xenstore_message *message, const char **path,
                         const char **token)
{
    size_t i = 0;

    if (xenstore_names_count(message->payload, message->header.len) < 2) {
        return -XEN_EIO;
    }
    while (message->payload[i] != '\0') {
        i++;
    }
    *path = message->payload;
    *token = message->payload + i + 1;
    return 0;
}

int xenstore_number(const char *text, size_t length, uint64_t *number)
{
    bool hexadecimal = length > 2 && text[0] == '0' && text[1] == 'x';
    uint64_t base = hexadecimal ? 16 : 10, sum = 0;
    size_t i = hexadecimal ? 2 : 0;

    if (length == 0) {
        return -XEN_EINVAL;
    }
    for (; i < length; i++) {
        uint64_t digit;

        if (text[i] >= '0' && text[i] <= '9') {
            digit = (uint64_t)(text[i] - '0');
        } else if (hexadecimal && text[i] >= 'a' && text[i] <= 'f') {
            digit = (uint64_t)(text[i] - 'a' + 10);
        } else if (hexadecimal && text[i] >= 'A' && text[i] <= 'F') {
            digit = (uint64_t)(text[i] - 'A' + 10);
        } else {
            return -XEN_EINVAL;
        }
        if (sum > (UINT64_MAX - digit) / base) {
            return -XEN_EINVAL;
        }
        sum = sum * base + digit;
    }
    *number = sum;
    return 0;
}
