/* Transactions: see stardust/xenstore.h. */
#include <kernel/xen/xenstore_client.h>

#include <stardust/bytes.h>
#include <stardust/heap.h>
#include <stardust/mutex.h>
#include <stardust/print.h>

#include <xen/errno.h>

/*
 * Whoever tries again does so alone: the others have not met anybody yet. So each conflict means that one has got
 * through, and many threads that change the same node do not keep all of them at it.
 */
static struct mutex again;

static int begin(uint32_t *transaction)
{
    struct xenstore_part part = xenstore_text("");
    struct xenstore_answer answer;
    uint64_t number = XENSTORE_NO_TRANSACTION;
    int error = xenstore_ask(XS_TRANSACTION_START, XENSTORE_NO_TRANSACTION, &part, 1, &answer);

    if (error == 0) {
        error =
            xenstore_number(answer.payload, string_length(answer.payload, answer.length), &number);
        if (error != 0 || number == XENSTORE_NO_TRANSACTION || number > UINT32_MAX) {
            error = -XEN_EIO;
        }
    }
    *transaction = (uint32_t)number;
    heap_free(answer.payload);
    return error;
}

static int end(uint32_t transaction, const char *how)
{
    struct xenstore_part part = xenstore_text(how);

    return xenstore_do(XS_TRANSACTION_END, transaction, &part, 1);
}

/* Sets `*conflict` when it was for nothing, because somebody else was quicker. */
static int attempt(int (*body)(uint32_t transaction, void *argument), void *argument,
                   bool *conflict)
{
    uint32_t transaction;
    int error = begin(&transaction);

    *conflict = false;
    if (error != 0) {
        return error;
    }
    error = body(transaction, argument);
    if (error != 0) {
        end(transaction, "F");
        return error;
    }
    error = end(transaction, "T");
    *conflict = error == -XEN_EAGAIN;
    return error;
}

static int attempt_in_gate(int (*body)(uint32_t transaction, void *argument), void *argument,
                           bool *conflict)
{
    int error;

    xenstore_gate_begin();
    error = attempt(body, argument, conflict);
    xenstore_gate_end();
    if (*conflict) {
        xenstore_count(&xenstore_counters.conflicts);
    }
    return error;
}

int xenstore_transaction(int (*body)(uint32_t transaction, void *argument), void *argument)
{
    bool conflict;
    int error = attempt_in_gate(body, argument, &conflict);

    if (!conflict) {
        return error;
    }
    mutex_lock(&again);
    for (unsigned i = 0; i < XENSTORE_ATTEMPTS && conflict; i++) {
        error = attempt_in_gate(body, argument, &conflict);
    }
    mutex_unlock(&again);
    if (conflict) {
        print("xenstore: a transaction met others %u times, and is given up\n", XENSTORE_ATTEMPTS);
    }
    return error;
}
