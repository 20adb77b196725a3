/* The console's input, from the ring to the reader, with another end that may do anything: drivers/console/input.c. */
#include <stardust/console_input.h>

#include <stdlib.h>
#include <string.h>

#include <stardust/console.h>

#include <drivers/console/console_ring.h>

#include <CUnit/CUnit.h>

#include <xen/errno.h>

#include "../tap/tap.h"
#include "machine.h"

enum { LIMIT = 1000 };

static void type(const char *text)
{
    machine_wants_to_type(text, strlen(text));
    machine_type();
}

static long read_text(char *buffer, size_t size)
{
    long length = console_read(buffer, size, machine.now + LIMIT);

    buffer[length > 0 ? length : 0] = '\0';
    return length;
}

static void test_line(void)
{
    char line[100];

    machine_begin(0xfffffff0);
    type("hello\rmore");
    CU_ASSERT_EQUAL(read_text(line, 99), 6);
    CU_ASSERT_STRING_EQUAL(line, "hello\n");
    machine_read(99);
    CU_ASSERT_STRING_EQUAL(machine.shown, "hello\r\n");
    CU_ASSERT_EQUAL(read_text(line, 99), -XEN_ETIMEDOUT);
    type("\n");
    CU_ASSERT_EQUAL(read_text(line, 3), 3);
    CU_ASSERT_STRING_EQUAL(line, "mor");
    CU_ASSERT_EQUAL(read_text(line, 99), 2);
    CU_ASSERT_STRING_EQUAL(line, "e\n");
}

static void test_end(void)
{
    char line[100];

    machine_begin(0);
    type("ab\004\004c\n");
    CU_ASSERT_EQUAL(read_text(line, 99), 2);
    CU_ASSERT_EQUAL(read_text(line, 99), 0);
    CU_ASSERT_EQUAL(read_text(line, 99), 2);
    CU_ASSERT_STRING_EQUAL(line, "c\n");
}

/* Ten times what the ring holds: the other end types on whenever we sleep, and reads what we show. */
static void type_on(void)
{
    machine_read(sizeof machine.ring->out);
    machine_type();
}

static void test_much(void)
{
    static char text[10240], got[sizeof text + 1];
    size_t length = 0;

    for (size_t i = 0; i < sizeof text; i++) {
        text[i] = i % 64 == 63 ? '\n' : (char)('!' + i * 7 % 90);
    }
    machine_begin(0x7fffff00);
    machine_wants_to_type(text, sizeof text);
    machine.while_asleep = type_on;
    while (length < sizeof text) {
        long part = console_read(got + length, sizeof text - length, machine.now + LIMIT);

        CU_ASSERT_TRUE_FATAL(part > 0);
        length += (size_t)part;
    }
    CU_ASSERT_EQUAL(memcmp(got, text, sizeof text), 0);
    CU_ASSERT_TRUE(machine.notified > sizeof text / sizeof machine.ring->in);
}

/* The other end types on only when it is told that there is room, and what is typed shows nothing. */
static void type_when_told(void)
{
    if (machine.notified > 0) {
        machine.notified = 0;
        machine_type();
    }
}

static void test_silent_keys(void)
{
    static char keys[3000];
    char line[100];

    memset(keys, '\b', sizeof keys);
    keys[sizeof keys - 1] = '\n';
    machine_begin(0);
    machine.while_asleep = type_when_told;
    machine_wants_to_type(keys, sizeof keys);
    machine_type();
    CU_ASSERT_EQUAL(read_text(line, 99), 1);
}

static void test_long_line(void)
{
    static char text[1000];
    char part[2000];
    size_t length = 0;

    memset(text, 'x', sizeof text);
    text[sizeof text - 1] = '\n';
    machine_begin(5);
    machine_wants_to_type(text, sizeof text);
    machine_type();
    while (length < sizeof text) {
        long got = read_text(part, sizeof part - 1);

        CU_ASSERT_TRUE_FATAL(got > 0);
        length += (size_t)got;
    }
    CU_ASSERT_EQUAL(length, sizeof text);
    CU_ASSERT_EQUAL(part[0], 'x');
}

/* An event between the look into the ring and the sleep is not lost; nor is one that came before anybody read. */
static void type_once(void)
{
    type("late\n");
    machine.while_asleep = NULL;
}

static void test_no_event_is_lost(void)
{
    char line[100];

    machine_begin(0);
    machine.while_asleep = type_once;
    CU_ASSERT_EQUAL(read_text(line, 99), 5);
    type("early\n");
    CU_ASSERT_EQUAL(read_text(line, 99), 6);
    CU_ASSERT_EQUAL(read_text(line, 99), -XEN_ETIMEDOUT);
    type("again\n");
    CU_ASSERT_EQUAL(read_text(line, 99), 6);
}

/* One that tells of nothing comes when the ring was found empty: the port is masked by it, and must not stay so. */
static void test_idle_event(void)
{
    char line[100];

    machine_begin(0);
    machine.when_unmasked = machine_event;
    machine.while_asleep = type_once;
    CU_ASSERT_EQUAL(read_text(line, 99), 5);
}

static void test_event_storm(void)
{
    machine_begin(0);
    for (int i = 0; i < 1000; i++) {
        machine_event();
    }
    CU_ASSERT_EQUAL(machine.handled, 1);
}

static void test_nonsense_index(void)
{
    struct xencons_interface *r;
    char line[100];

    machine_begin(100);
    r = machine.ring;
    for (uint32_t ahead = sizeof r->in + 1; ahead != 0; ahead <<= 1) {
        r->in_prod = 100 + ahead;
        machine_event();
        CU_ASSERT_EQUAL(read_text(line, 99), -XEN_ETIMEDOUT);
    }
    r->in_prod = 99;
    CU_ASSERT_EQUAL(read_text(line, 99), -XEN_ETIMEDOUT);
    CU_ASSERT_EQUAL(r->in_cons, 100);
    r->in_prod = 100;
    type("sane\n");
    CU_ASSERT_EQUAL(read_text(line, 99), 5);
    CU_ASSERT_STRING_EQUAL(line, "sane\n");
}

/* Our own index stands in the other end's reach: what is written there does not move us. */
static void test_our_index_overwritten(void)
{
    char line[100];

    machine_begin(0);
    type("one\n");
    CU_ASSERT_EQUAL(read_text(line, 99), 4);
    machine.ring->in_cons = 0;
    CU_ASSERT_EQUAL(read_text(line, 99), -XEN_ETIMEDOUT);
    type("two\n");
    CU_ASSERT_EQUAL(read_text(line, 99), 4);
    CU_ASSERT_STRING_EQUAL(line, "two\n");
}

static void act_at_random(void)
{
    static uint32_t consumer, written;
    struct xencons_interface *r = machine.ring;

    if (r->in_cons != written) {
        consumer = r->in_cons;
    }
    r->in[rand() % sizeof r->in] = (char)rand();
    r->in_prod = rand() % 4 > 0 ? consumer + (uint32_t)(rand() % 1200) : (uint32_t)rand();
    r->in_cons = written = (uint32_t)rand();
    r->out_cons = rand() % 2 == 0 ? r->out_prod : (uint32_t)rand();
    if (rand() % 30 > 0) {
        machine_event();
    }
}

static void test_random(void)
{
    char buffer[300];
    size_t total = 0;

    srand(1);
    machine_begin(0);
    machine.reads_at_once = 0;
    machine.while_asleep = act_at_random;
    for (int i = 0; i < 2000; i++) {
        size_t size = 1 + (size_t)rand() % sizeof buffer;
        long length = console_read(buffer, size, machine.now + LIMIT);

        CU_ASSERT_FATAL(length <= (long)size);
        total += length > 0 ? (size_t)length : 0;
    }
    CU_ASSERT_TRUE(total > 10000);
    /* What is left of the last line does not belong into the next test. */
    machine_begin(0);
    type("\n");
    while (console_read(buffer, sizeof buffer, machine.now + LIMIT) >= 0) {
    }
}

/* Who waits to write takes the event that tells of input as well; the reader learns of it all the same. */
static void test_writer_takes_the_event(void)
{
    char text[3000];

    memset(text, 'w', sizeof text);
    machine_begin(0);
    machine.reads_at_once = 100;
    console_write(text, sizeof text);
    CU_ASSERT_EQUAL(machine.raised, 1);
    CU_ASSERT_EQUAL(machine.handled, 1);
    machine_read(sizeof text);
    console_write("x", 1);
    CU_ASSERT_EQUAL(machine.raised, 1);
}

/* Somebody sleeps in console_read meanwhile; what was typed into the old ring is in the new one, and no
 * event tells of it. */
static void be_restored(void)
{
    machine.while_asleep = NULL;
    console_write("last", 4);
    console_suspend();
    CU_ASSERT_STRING_EQUAL(machine.shown, "before\r\nlast");
    machine.masked = true;
    type("after\n");
    machine_restore();
    console_resume(false);
}

static void test_resume(void)
{
    char line[100];

    machine_begin(7);
    type("before\n");
    CU_ASSERT_EQUAL(read_text(line, 99), 7);
    machine.while_asleep = be_restored;
    CU_ASSERT_EQUAL(read_text(line, 99), 6);
    machine.while_asleep = type_once;
    CU_ASSERT_EQUAL(read_text(line, 99), 5);
    console_write("x", 1);
    machine_read(99);
    CU_ASSERT_STRING_EQUAL(machine.shown, "before\r\nlastafter\r\nlate\r\nx");
}

/* Somebody ends the program while another thread waits for a line: what was typed of it is given, then the end. */
static void test_program_ends(void)
{
    char line[100];

    machine_begin(0);
    type("half");
    machine.while_asleep = console_end_input;
    CU_ASSERT_EQUAL(read_text(line, 99), 4);
    CU_ASSERT_EQUAL(read_text(line, 99), 0);
    CU_ASSERT_EQUAL(read_text(line, 99), 0);
}

int main(void)
{
    static const struct tap_test tests[] = {
        {"a line is read when Enter was pressed", test_line},
        {"Ctrl-D ends what was typed, then the input", test_end},
        {"ten times what the ring holds arrives", test_much},
        {"keys that show nothing arrive, too", test_silent_keys},
        {"a long line comes in parts", test_long_line},
        {"no event is lost", test_no_event_is_lost},
        {"an event for nothing does not stop the next one", test_idle_event},
        {"many events are handled once", test_event_storm},
        {"an index that makes no sense is ignored", test_nonsense_index},
        {"our own index is ours", test_our_index_overwritten},
        {"who waits to write gives the event back", test_writer_takes_the_event},
        {"input goes on after a restore", test_resume},
        {"an end that acts at random does no harm", test_random},
        /* The last one: nothing is read behind it. */
        {"who reads wakes when the program ends", test_program_ends},
    };

    return TAP_RUN("console", tests);
}
