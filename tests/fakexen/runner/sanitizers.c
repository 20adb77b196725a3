/* What AddressSanitizer and UndefinedBehaviorSanitizer find in code under test, in words. See crash.h. */
#include <stdbool.h>
#include <stdio.h>
#include <unistd.h>

#include <sanitizer/asan_interface.h>

#include "../describe.h"
#include "crash.h"
#include "test.h"
#include "verdict.h"

/* The sanitizers call these, by these names. */
const char *__asan_default_options(void);
void __ubsan_on_report(void);
void __ubsan_get_current_report_data(const char **kind, const char **text, const char **file,
                                     unsigned *line, unsigned *column, char **address);

const char *__asan_default_options(void)
{
    return "detect_leaks=0:handle_segv=0:handle_sigbus=0:handle_sigill=0:handle_sigfpe=0:handle_"
           "abort=0:"
           "allow_user_segv_handler=1:detect_stack_use_after_return=0";
}

void __asan_on_error(void)
{
    bool write = __asan_get_report_access_type() != 0;
    struct failure failure = {
        .rule = "a function touches only memory that is its own or was given to it",
        .did =
            text("%s %zu byte%s at %s (AddressSanitizer: %s)", write ? "wrote" : "read",
                 __asan_get_report_access_size(), __asan_get_report_access_size() == 1 ? "" : "s",
                 describe_address((uintptr_t)__asan_get_report_address()),
                 __asan_get_report_description()),
        .usually = "a length that was not limited, or an index that went one too far",
    };

    verdict_fill(verdict, &failure);
    /* The frame is the sanitizer's own: the code at fault called it. */
    crash_note_places(verdict, 0, (uintptr_t)__asan_get_report_bp(),
                      (uintptr_t)__asan_get_report_sp());
    _exit(0);
}

void __ubsan_on_report(void)
{
    const char *kind, *message, *file;
    unsigned line, column;
    char *address;
    struct failure failure;

    __ubsan_get_current_report_data(&kind, &message, &file, &line, &column, &address);
    failure = (struct failure){
        .rule = "nothing that the C standard leaves undefined",
        .did = text("%s (UndefinedBehaviorSanitizer: %s)", message, kind),
    };
    verdict_fill(verdict, &failure);
    snprintf(verdict->where, sizeof verdict->where, "%s:%u", file, line);
    _exit(0);
}
