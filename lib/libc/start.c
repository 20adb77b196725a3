/*
 * How the kernel calls main, and how exit ends the domain. main's words are the image's name and what follows "--" on the
 * domain's command line, split at spaces; there is no quoting.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <stardust/application.h>
#include <stardust/console.h>
#include <stardust/panic.h>

/* Xen's command line has at most 1024 bytes, so that there are at most half as many words. */
#define TEXT_SIZE      1024
#define ARGUMENTS_SIZE (1 + TEXT_SIZE / 2 + 1)

int main(int argc, char **argv);

/* Cut a copy of `words` up into `arguments`. Returns how many there are. */
static int split(const char *words, char **arguments)
{
    static char text[TEXT_SIZE];
    char *rest = NULL;
    int count = 0;

    assert_that(strlen(words) < sizeof(text), "the application's command line is too long");
    arguments[count++] = (char *)application_name;
    strcpy(text, words);
    for (char *word = strtok_r(text, " ", &rest); word != NULL; word = strtok_r(NULL, " ", &rest)) {
        arguments[count++] = word;
    }
    arguments[count] = NULL;
    return count;
}

static void run_constructors(void)
{
    typedef void (*constructor)(void);
    extern const constructor init_array_start[], init_array_end[];

    for (const constructor *function = init_array_start; function < init_array_end; function++) {
        (*function)();
    }
}

int application_run(const char *words)
{
    static char *arguments[ARGUMENTS_SIZE];

    /*
     * exit calls this last, before it closes the streams: it would wait for ever for the lock of one that somebody reads
     * from, who waits for people to type.
     */
    atexit(console_end_input);
    run_constructors();
    exit(main(split(words, arguments), arguments));
}

/* exit calls this when the functions of atexit have run and the streams are flushed. Any thread may call it. */
void _exit(int status)
{
    application_end(status);
}
