/* The end of a kernel that cannot go on, in a test: see panic.h. */
#include "panic.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <unistd.h>

#include <stardust/panic.h>

#include "runner/crash.h"
#include "runner/test.h"
#include "runner/verdict.h"

static sigjmp_buf after_panic;
static bool expected;
static char words[300];

/* The frame pointer of this function leads to its caller's. */
static _Noreturn void fail_test(uintptr_t frame)
{
    verdict_fill(verdict, &(struct failure){
                              .rule = "the kernel does not panic when it is used as it should be",
                              .did = text("panic: %s", words),
                              .expected = "no panic",
                          });
    crash_note_places(verdict, 0, frame, frame);
    _exit(0);
}

void panic(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(words, sizeof words, format, arguments);
    va_end(arguments);
    if (expected) {
        siglongjmp(after_panic, 1);
    }
    fail_test((uintptr_t)__builtin_frame_address(0));
}

const char *panic_of(void (*function)(void *), void *data)
{
    if (sigsetjmp(after_panic, 1) != 0) {
        expected = false;
        return words;
    }
    expected = true;
    function(data);
    expected = false;
    return NULL;
}
