/* What is made of dom0's lines, and of options for dom0: tools/rig/story.h, places.h, job.h, ending.h, fingerprint.h. */
#include "story.h"

#include <stdlib.h>
#include <string.h>

#include <CUnit/CUnit.h>

#include "ending.h"
#include "fingerprint.h"
#include "job.h"
#include "message.h"
#include "tests/tap/tap.h"

/* The story that these lines tell, up to a NULL. */
static struct story tell(const char *const *lines)
{
    struct story s = {0};

    for (; *lines != NULL; lines++) {
        story_take(&s, *lines);
    }
    return s;
}

#define TELL(...) tell((const char *const[]){__VA_ARGS__, NULL})

static void a_life_is_followed(void)
{
    struct story s =
        TELL("taken", "xl Waiting for the guest", "created 7", "died poweroff 3 1234567890123");

    CU_ASSERT_TRUE(s.taken && s.died && !s.refused);
    CU_ASSERT_EQUAL(s.id, 7);
    CU_ASSERT_STRING_EQUAL(s.reason, "poweroff");
    CU_ASSERT_EQUAL(s.vcpus, 3);
    CU_ASSERT_EQUAL(s.sent, 1234567890123);
    CU_ASSERT_PTR_NULL(s.fault);
    story_free(&s);
}

static void a_script_tells_its_end(void)
{
    struct story s = TELL("taken", "created 1", "script one", "created 2", "script failed: two",
                          "ended 1 none 4 77");
    struct outcome o = {.first_line = -1};
    struct dom0 d = {0};

    CU_ASSERT_TRUE(s.died && s.scripted && s.status == 1 && s.id == 2 && s.sent == 77);
    ending_of_guest(&o, &s, &d, NULL);
    CU_ASSERT_EQUAL(o.status, STATUS_SCRIPT);
    CU_ASSERT_STRING_EQUAL(o.reason, "the script ended with status 1: failed: two");
    CU_ASSERT_STRING_EQUAL(o.script, "one\nfailed: two\n");
    outcome_free(&o);
    story_take(&s, "ended 0 crash 4 77");
    ending_of_guest(&o, &s, &d, NULL);
    CU_ASSERT_EQUAL(o.status, STATUS_OK);
    outcome_free(&o);
    story_free(&s);
}

static void a_crash_in_dom0_is_not_the_scripts(void)
{
    struct story s =
        TELL("created 1", "script malloc(): corrupted", "script Aborted", "ended 134 suspend 4 77");
    struct outcome o = {.first_line = -1};
    struct dom0 d = {0};

    ending_of_guest(&o, &s, &d, NULL);
    CU_ASSERT_EQUAL(o.status, STATUS_RIG);
    CU_ASSERT_STRING_EQUAL(o.reason, "a program of dom0 crashed (signal 6): Aborted");
    outcome_free(&o);
    story_free(&s);
}

static void a_script_goes_into_the_job(void)
{
    struct options o = {.vcpus = 1, .memory = 32, .cmdline = ""};
    struct text script = {0};
    struct text job = {0};

    text_printf(&script, "one\n\n\ttwo");
    job_write(&job, &o, &script);
    CU_ASSERT_PTR_NOT_NULL(strstr(job.bytes, "script one\nscript \nscript \ttwo\ncreate\n"));
    CU_ASSERT_PTR_NULL(strstr(job.bytes, "on_reboot"));
    CU_ASSERT_PTR_NOT_NULL(strstr(job.bytes, "config on_crash=\"preserve\"\n"));
    text_free(&script);
    text_free(&job);
}

static void lines_that_are_not_whole_are_faults(void)
{
    static const char *const broken[] = {"",          "died", "died crash 1",      "ended 0 none",
                                         "created x", "take", "vcpu 1 running 12", "stack 1 2"};

    for (size_t i = 0; i < sizeof broken / sizeof broken[0]; i++) {
        struct story s = TELL(broken[i]);

        CU_ASSERT_PTR_NOT_NULL(s.fault);
        CU_ASSERT_FALSE(s.died || s.taken || s.id != 0);
        story_free(&s);
    }
}

static void long_words_are_cut(void)
{
    struct story s = TELL("died aVeryLongReasonThatXenNeverGives 1 2");

    CU_ASSERT_FALSE(s.died);
    CU_ASSERT_TRUE(strlen(s.reason) < sizeof s.reason);
    story_free(&s);
}

static void stacks_go_to_their_vcpu(void)
{
    struct story s =
        TELL("vcpu 0 running 400100 500000 500010", "stack 500000 1 2", "stack 500010 3",
             "vcpu 3 waiting 400200 600000 0", "stack 601000 ffffffffffffffff", "there");

    CU_ASSERT_TRUE_FATAL(s.places.complete && s.places.count == 2);
    CU_ASSERT_EQUAL(s.places.of[0]->state.registers[RIP], 0x400100);
    CU_ASSERT_EQUAL(s.places.of[0]->state.stack_words, 3);
    CU_ASSERT_EQUAL(s.places.of[0]->state.stack[2], 3);
    CU_ASSERT_EQUAL(s.places.of[0]->state.stack_base, 0x500000);
    CU_ASSERT_EQUAL(s.places.of[1]->state.stack_base, 0x601000);
    CU_ASSERT_EQUAL(s.places.of[1]->vcpu, 3);
    CU_ASSERT_TRUE(s.places.of[1]->waiting);
    CU_ASSERT_EQUAL(s.places.of[1]->state.stack[0], UINT64_MAX);
    story_free(&s);
}

static void too_many_words_or_vcpus_do_no_harm(void)
{
    struct story s = {0};

    for (int i = 0; i < 40; i++) {
        story_take(&s, "vcpu 1 running 1 2 3");
    }
    for (int i = 0; i < 2 * XENDUMP_MOST_WORDS; i++) {
        story_take(&s, "stack 1000 1");
    }
    CU_ASSERT_EQUAL(s.places.count, PLACES_MOST);
    CU_ASSERT_EQUAL(s.places.of[PLACES_MOST - 1]->state.stack_words, XENDUMP_MOST_WORDS);
    story_free(&s);
}

static void job_quotes_the_command_line(void)
{
    struct options o = {.vcpus = 2, .memory = 32, .cmdline = "a \"b\" \\c", .token = "ff"};
    struct text job = {0};

    job_write(&job, &o, NULL);
    CU_ASSERT_PTR_NOT_NULL(strstr(job.bytes, "config cmdline=\"a \\\"b\\\" \\\\c token=ff\"\n"));
    CU_ASSERT_PTR_NOT_NULL(strstr(job.bytes, "config memory=32\nconfig vcpus=2\n"));
    CU_ASSERT_PTR_NULL(strstr(job.bytes, "vif"));
    CU_ASSERT_PTR_NULL(strstr(job.bytes, "disk"));
    CU_ASSERT_STRING_EQUAL(job.bytes + job.length - 7, "create\n");
    text_free(&job);
}

/* How the rig ends when xl has made no guest. */
static int status_when_refused(const char *const *lines)
{
    struct story s = tell(lines);
    struct outcome o = {0};
    int status;

    ending_refused(&o, &s);
    status = o.status;
    outcome_free(&o);
    story_free(&s);
    return status;
}

static void a_refusal_is_not_a_crash_of_xl(void)
{
    static const char kernel[] =
        "xl xc: error: panic: xg_dom_core.c:689: xc_dom_find_loader: no loader found";
    static const char cleaning[] =
        "xl libxl: error: domain_destroy_cb: Domain 1:Destruction of domain failed";

    CU_ASSERT_EQUAL(status_when_refused((const char *const[]){kernel, cleaning, "refused 3", NULL}),
                    STATUS_CRASH);
    CU_ASSERT_EQUAL(status_when_refused((const char *const[]){cleaning, kernel, "refused 3", NULL}),
                    STATUS_RIG);
    CU_ASSERT_EQUAL(status_when_refused((const char *const[]){"refused 139", NULL}), STATUS_RIG);
}

static void complaints_are_of_this_guest(void)
{
    static const char xen[] =
        "d1v0 Unhandled: vec 14\nd12v0 of another\nmm.c:77:d1v3 bad\nAdd1v0 is no domain\n"
        "grant of (d1) refused\nDomain 1 (vcpu#0) crashed\nd1v0 inside the dump\n";
    struct dom0 d = {0};
    struct story s = TELL("created 1", "console too far");
    struct outcome o = {0};

    text_printf(&d.machine.xen, "%s", xen);
    ending_complaints(&o, &s, &d);
    CU_ASSERT_EQUAL_FATAL(o.complaint_count, 4);
    CU_ASSERT_STRING_EQUAL(o.complaints[0], "d1v0 Unhandled: vec 14");
    CU_ASSERT_STRING_EQUAL(o.complaints[1], "mm.c:77:d1v3 bad");
    CU_ASSERT_STRING_EQUAL(o.complaints[2], "grant of (d1) refused");
    CU_ASSERT_STRING_EQUAL(o.complaints[3], "too far");
    text_free(&d.machine.xen);
    outcome_free(&o);
    story_free(&s);
}

static void a_broken_dom0_is_seen(void)
{
    struct dom0 d = {0};
    char *line;

    text_printf(&d.machine.guest, "runner: fine\n[ 1.0] xenstored[87]: segfault at 0 ip 1\nmore\n");
    line = dom0_broken(&d);
    CU_ASSERT_PTR_NOT_NULL_FATAL(line);
    CU_ASSERT_STRING_EQUAL(line, "[ 1.0] xenstored[87]: segfault at 0 ip 1");
    free(line);
    text_free(&d.machine.guest);
    text_printf(&d.machine.guest, "runner: fine\n");
    CU_ASSERT_PTR_NULL(dom0_broken(&d));
    text_free(&d.machine.guest);
}

static void fingerprints_see_every_byte(void)
{
    char bytes[4099] = {0};
    uint64_t first = fingerprint_bytes(FINGERPRINT_EMPTY, bytes, sizeof bytes);

    for (size_t i = 0; i < sizeof bytes; i++) {
        bytes[i] = 1;
        CU_ASSERT_NOT_EQUAL(fingerprint_bytes(FINGERPRINT_EMPTY, bytes, sizeof bytes), first);
        bytes[i] = 0;
    }
    CU_ASSERT_EQUAL(fingerprint_bytes(FINGERPRINT_EMPTY, bytes, sizeof bytes), first);
    CU_ASSERT_NOT_EQUAL(fingerprint_bytes(FINGERPRINT_EMPTY, bytes, sizeof bytes - 1), first);
}

int main(void)
{
    static const struct tap_test tests[] = {
        {"a guest's life is followed", a_life_is_followed},
        {"a script tells its end", a_script_tells_its_end},
        {"a crash in dom0 is not the script's", a_crash_in_dom0_is_not_the_scripts},
        {"a script goes into the job", a_script_goes_into_the_job},
        {"a line that is not whole is a fault", lines_that_are_not_whole_are_faults},
        {"long words are cut", long_words_are_cut},
        {"stack words go to their vCPU", stacks_go_to_their_vcpu},
        {"too many words or vCPUs do no harm", too_many_words_or_vcpus_do_no_harm},
        {"the job quotes the command line", job_quotes_the_command_line},
        {"xl's refusal is not xl's crash", a_refusal_is_not_a_crash_of_xl},
        {"complaints are those about this guest", complaints_are_of_this_guest},
        {"a broken dom0 is seen", a_broken_dom0_is_seen},
        {"fingerprints see every byte", fingerprints_see_every_byte},
    };

    message_name("story");
    return TAP_RUN("story", tests);
}
