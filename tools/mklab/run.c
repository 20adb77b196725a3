/* The programs that mklab leans on: see run.h. */
#include "run.h"

#include "message.h"
#include "process.h"

enum { SECONDS = 300, OUTPUT_MOST = 1 << 30 };

static int run_process(struct process p)
{
    p.seconds = SECONDS;
    p.output_limit = OUTPUT_MOST;

    struct process_end end = process_run(&p);

    if (end.status == STATUS_INTERRUPTED) {
        fail(STATUS_INTERRUPTED, "interrupted");
    }
    if (end.status == 127) {
        fail(STATUS_FAILED, "cannot run %s: is it installed? make setup installs what is missing",
             p.arguments[0]);
    }
    if (end.timed_out) {
        fail(STATUS_FAILED, "%s took more than %d seconds", p.arguments[0], SECONDS);
    }
    return end.status;
}

int run(const char *directory, const char *const *arguments, const struct text *input,
        struct text *output)
{
    return run_process((struct process){.arguments = arguments,
                                        .directory = directory,
                                        .input = input,
                                        .output = output,
                                        .errors_apart = 1});
}

int run_quietly(const char *directory, const char *const *arguments, const struct text *input,
                struct text *output)
{
    return run_process((struct process){
        .arguments = arguments, .directory = directory, .input = input, .output = output});
}
