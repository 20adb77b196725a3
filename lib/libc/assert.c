/* What assert calls. newlib's own would bring a second printf into every image, since newlib itself asserts. */
#include <assert.h>
#include <stdlib.h>
#include <unistd.h>

#include <stardust/print.h>

void __assert_func(const char *file, int line, const char *function, const char *expression)
{
    char text[512];
    size_t length = format_text(
        text, sizeof text, "assertion \"%s\" failed: file \"%s\", line %d%s%s\n", expression, file,
        line, function != NULL ? ", function: " : "", function != NULL ? function : "");

    write(STDERR_FILENO, text, length < sizeof text ? length : sizeof text - 1);
    abort();
}

void __assert(const char *file, int line, const char *expression)
{
    __assert_func(file, line, NULL, expression);
}
