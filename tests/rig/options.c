/* The rig's command line: what is read, and what is refused with one line and status 2:
 * tools/rig/options.h. */
#include "options.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <CUnit/CUnit.h>

#include "tests/tap/tap.h"
#include "text.h"

enum { MOST_WORDS = 16 };

/* Split `line` at single spaces into `words`, behind the command's name. Returns how many words
 * there are. */
static int split(char *line, char *words[MOST_WORDS])
{
    int count = 0;

    words[count++] = "direct";
    for (char *word = strtok(line, " "); word != NULL && count < MOST_WORDS - 1;
         word = strtok(NULL, " ")) {
        words[count++] = word;
    }
    words[count] = NULL;
    return count;
}

static void reads_all(void)
{
    char line[] =
        "--vcpus=4 --memory 128 --cmdline=hello --timeout=7 --virtual=9 --exact=repeat k.elf "
        "--token=aB1 --seed=9 --quiet";
    char *words[MOST_WORDS];
    struct options o = options_read(split(line, words), words, "KERNEL.elf");

    CU_ASSERT_EQUAL(o.vcpus, 4);
    CU_ASSERT_EQUAL(o.memory, 128);
    CU_ASSERT_EQUAL(o.timeout, 7);
    CU_ASSERT_EQUAL(o.virtual_limit, 9);
    CU_ASSERT_EQUAL(o.exact, EXACT_REPEAT);
    CU_ASSERT_TRUE(o.quiet);
    CU_ASSERT_STRING_EQUAL(o.operand, "k.elf");

    char *guest_line = options_guest_line(&o);

    CU_ASSERT_STRING_EQUAL(guest_line, "hello token=aB1 seed=9");
    free(guest_line);
}

static void has_defaults(void)
{
    char line[] = "k.elf";
    char *words[MOST_WORDS];
    struct options o = options_read(split(line, words), words, "KERNEL.elf");
    char *guest_line = options_guest_line(&o);

    CU_ASSERT_EQUAL(o.vcpus, 1);
    CU_ASSERT_EQUAL(o.exact, EXACT_OFF);
    CU_ASSERT_STRING_EQUAL(o.build, "build");
    CU_ASSERT_STRING_EQUAL(guest_line, "");
    free(guest_line);
}

static void reads_forward(void)
{
    char line[] = "--forward=8080:80 k.elf";
    char *words[MOST_WORDS];
    struct options o = options_read(split(line, words), words, "KERNEL.elf");

    CU_ASSERT_EQUAL(o.host_port, 8080);
    CU_ASSERT_EQUAL(o.guest_port, 80);
}

/* Read `line` in a process of its own. Returns its exit status; what it said is in `said`. */
static int status_of(const char *line, struct text *said)
{
    char *copy = copy_string(line);
    char *words[MOST_WORDS];
    char block[1024];
    int ends[2], status;
    ssize_t length;

    CU_ASSERT_EQUAL_FATAL(pipe(ends), 0);
    fflush(NULL);
    if (fork() == 0) {
        dup2(ends[1], STDERR_FILENO);
        options_read(split(copy, words), words, "KERNEL.elf");
        _exit(0);
    }
    close(ends[1]);
    while ((length = read(ends[0], block, sizeof block)) > 0) {
        text_append(said, block, (size_t)length);
    }
    close(ends[0]);
    free(copy);
    return wait(&status) > 0 && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void refuses(void)
{
    static const char *const wrong[][2] = {
        {"", "KERNEL.elf is missing"},
        {"a.elf b.elf", "b.elf is one word too many"},
        {"--vcpus=0 k", "--vcpus=0"},
        {"--vcpus=33 k", "from 1 to 32"},
        {"--vcpus=-1 k", "--vcpus=-1"},
        {"--vcpus=2x k", "--vcpus=2x"},
        {"--memory=3 k", "--memory=3"},
        {"--memory=99999999999999999999 k", "--memory=9"},
        {"--timeout=0 k", "--timeout=0"},
        {"--exact=maybe k", "repeat or count"},
        {"--token=xyz k", "hexadecimal"},
        {"--token= k", "hexadecimal"},
        {"--seed=18446744073709551616 k", "--seed=18446744073709551616"},
        {"--forward=80 k", "HOSTPORT:GUESTPORT"},
        {"--forward=80:99999 k", "--forward=99999"},
        {"--cmdline=\x01 k", "0x01"},
        {"--cmdline", "value is missing"},
        {"--unknown k", "no such option"},
        {"-x k", "no such option"},
    };

    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct text said = {0};

        CU_ASSERT_EQUAL(status_of(wrong[i][0], &said), 2);
        CU_ASSERT_PTR_NOT_NULL_FATAL(said.bytes);
        CU_ASSERT_PTR_NOT_NULL(strstr(said.bytes, wrong[i][1]));
        CU_ASSERT_PTR_EQUAL(strchr(said.bytes, '\n'), said.bytes + said.length - 1);
        text_free(&said);
    }
}

int main(void)
{
    static const struct tap_test tests[] = {
        {"every option", reads_all},
        {"defaults", has_defaults},
        {"a forwarded port", reads_forward},
        {"mistakes: status 2 and one line that names them", refuses},
    };

    return TAP_RUN("options", tests);
}
