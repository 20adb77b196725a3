/* Unit tests in the sandbox: see unit.h. */
#include "unit.h"

#include <inttypes.h>
#include <stdlib.h>

#include <tests/ktap/ktap.h>

#include "message.h"
#include "printable.h"
#include "sandbox.h"

/* The memory of the machine that fakexen plays is a file. */
enum { SECONDS = 60, MOST_OUTPUT = 1 << 20, MOST_FILE = 320 << 20 };

static void take_end(struct evidence *e, const struct process_end *end)
{
    char *complaint = sandbox_complaint(&e->output);

    if (end->status == STATUS_INTERRUPTED) {
        fail(STATUS_INTERRUPTED, "interrupted");
    }
    if (complaint != NULL) {
        e->end = RUN_BROKEN;
        e->reason = format_string("the sandbox failed: %s", complaint);
        free(complaint);
    } else if (end->status == KTAP_STATUS_INFRA && e->ktap.bail != NULL) {
        e->end = RUN_BROKEN;
        e->reason = copy_string(e->ktap.bail);
    } else if (end->too_long) {
        e->end = RUN_FLOODED;
        e->reason = format_string("the tests printed more than %d KiB", MOST_OUTPUT >> 10);
    } else if (end->timed_out) {
        e->end = RUN_TIMEOUT;
        e->reason = format_string("the tests did not end within %d s", SECONDS);
    } else if (end->status != 0) {
        e->end = RUN_CRASHED;
        e->reason = format_string("the program of the tests ended with status %d", end->status);
        e->report = printable(e->output.bytes);
    }
}

struct evidence unit_run(const struct work *work, uint64_t token, uint64_t seed)
{
    char *program = format_string("%s/unit", work->out);
    char *token_option = format_string("--token=%016" PRIx64, token),
         *seed_option = format_string("--seed=%" PRIu64, seed);
    struct evidence e = {.end = RUN_ENDED};
    struct sandbox s = {
        .arguments = (const char *const[]){program, token_option, seed_option, NULL},
        .readable = (const char *const[]){program, NULL},
        .seconds = SECONDS,
        .output = &e.output,
        .output_limit = MOST_OUTPUT,
        .file_size = MOST_FILE,
    };
    struct process_end end;

    text_append(&e.output, "", 0);
    end = sandbox_run(&s);
    e.seconds = end.seconds;
    ktap_read(&e.ktap, &e.output, token, NULL);
    take_end(&e, &end);
    free(program);
    free(token_option);
    free(seed_option);
    return e;
}
