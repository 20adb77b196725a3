/* The sandbox: what a program inside cannot do. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <CUnit/CUnit.h>

#include "file.h"
#include "sandbox.h"
#include "tap.h"

static char folder[] = "/tmp/grader-sandbox.XXXXXX";
static struct text output;

/* Run a line of shell inside. */
static struct process_end run(const char *script)
{
    struct sandbox s = {.arguments = (const char *const[]){"sh", "-c", script, NULL},
                        .writable = folder,
                        .directory = folder,
                        .seconds = 4,
                        .output_limit = 65536,
                        .file_size = 64 << 20,
                        .address_space = 256 << 20,
                        .output = &output};

    text_free(&output);
    text_append(&output, "", 0);
    return sandbox_run(&s);
}

static void test_work(void)
{
    char *made = format_string("%s/made", folder);

    CU_ASSERT_EQUAL(run("echo hello > made && cat made").status, 0);
    CU_ASSERT_STRING_EQUAL(output.bytes, "hello\n");
    CU_ASSERT_EQUAL(access(made, R_OK), 0);
    CU_ASSERT_EQUAL(run("exit 7").status, 7);
    free(made);
}

static void test_hidden(void)
{
    CU_ASSERT_NOT_EQUAL(run("cat /etc/passwd").status, 0);
    CU_ASSERT_NOT_EQUAL(run("ls /home /root").status, 0);
    CU_ASSERT_EQUAL(run("test -z \"$HOME$USER\" && env").status, 0);
    CU_ASSERT_PTR_NULL(strstr(output.bytes, "SECRET"));
    CU_ASSERT_NOT_EQUAL(run("echo x > /usr/x").status, 0);
    CU_ASSERT_EQUAL(run("test \"$(id -u)\" != 0").status, 0);
}

static void test_network(void)
{
    CU_ASSERT_EQUAL(run("test $(grep -c : /proc/net/dev) = 1 && grep -q lo: /proc/net/dev").status,
                    0);
}

static void test_time(void)
{
    struct process_end end = run("sleep 30");

    CU_ASSERT_TRUE(end.timed_out);
    CU_ASSERT_TRUE(end.seconds < 10);
}

static void test_output(void)
{
    CU_ASSERT_TRUE(run("yes").too_long);
    CU_ASSERT_EQUAL(output.length, 65536);
}

static void test_memory(void)
{
    CU_ASSERT_NOT_EQUAL(run("head -c 400m /dev/zero | tail -c 400m > /dev/null").status, 0);
}

static void test_file_size(void)
{
    CU_ASSERT_NOT_EQUAL(run("head -c 100m /dev/zero > big").status, 0);
}

/* The shell gives up when it is refused one. */
static void test_processes(void)
{
    run("i=0; while [ $i -lt 200 ]; do sleep 1 & i=$((i + 1)); done; wait; echo all");
    CU_ASSERT_PTR_NULL(strstr(output.bytes, "all"));
}

static void test_complaint(void)
{
    struct sandbox s = {.arguments = (const char *const[]){"true", NULL},
                        .readable = (const char *const[]){"/nowhere/at/all", NULL},
                        .seconds = 4,
                        .file_size = 64 << 20,
                        .output = &output};
    char *complaint;

    text_free(&output);
    text_append(&output, "", 0);
    CU_ASSERT_NOT_EQUAL(sandbox_run(&s).status, 0);
    complaint = sandbox_complaint(&output);
    CU_ASSERT_PTR_NOT_NULL(complaint);
    free(complaint);
}

int main(void)
{
    static const struct tap_test tests[] = {
        {"a program works in its folder", test_work},
        {"nothing else of this machine is there", test_hidden},
        {"no network", test_network},
        {"no more time than it has", test_time},
        {"no more output than it may", test_output},
        {"no more memory", test_memory},
        {"no larger files", test_file_size},
        {"no more processes", test_processes},
        {"the sandbox's own failure is told apart", test_complaint},
    };
    int status;

    if (sandbox_find() == SANDBOX_NONE) {
        printf("1..0 # SKIP no sandbox can be had here\n");
        return EXIT_SUCCESS;
    }
    setenv("SECRET", "1", 1);
    status = mkdtemp(folder) != NULL ? TAP_RUN("sandbox", tests) : EXIT_FAILURE;
    path_remove(folder);
    text_free(&output);
    return status;
}
