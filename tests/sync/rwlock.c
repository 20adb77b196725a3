/* Reader-writer locks, in thousands of orders of events. */
#include <string.h>

#include <CUnit/CUnit.h>

#include <stardust/rwlock.h>

#include "../tap/tap.h"
#include "explorer.h"

enum { SEEDS = 3000, ROUNDS = 3 };

static struct rwlock lock;
static unsigned readers, writers, most_readers;
static char order[16];

static void setup(void)
{
    memset(&lock, 0, sizeof lock);
    memset(order, 0, sizeof order);
    readers = writers = 0;
}

static void be_reader(void)
{
    readers++;
    explorer_check(writers == 0, "a reader beside a writer");
    explorer_point();
    most_readers = readers > most_readers ? readers : most_readers;
    explorer_check(writers == 0, "a writer beside a reader");
    readers--;
    rwlock_read_end(&lock);
}

static void be_writer(void)
{
    explorer_check(++writers == 1 && readers == 0, "a writer is not alone");
    explorer_point();
    explorer_check(writers == 1 && readers == 0, "a writer does not stay alone");
    writers--;
    rwlock_write_end(&lock);
}

static void read_often(void)
{
    for (int i = 0; i < ROUNDS; i++) {
        rwlock_read(&lock, NSEC_FOREVER);
        be_reader();
    }
}

static void write_often(void)
{
    for (int i = 0; i < ROUNDS; i++) {
        rwlock_write(&lock, NSEC_FOREVER);
        be_writer();
    }
}

/* Every form there is, by chance. */
static void do_anything(void)
{
    for (int i = 0; i < 2 * ROUNDS; i++) {
        bool reads = explorer_random(2) == 0;
        bool tries = explorer_random(2) == 0;

        if (reads) {
            if (tries ? rwlock_tryread(&lock) : rwlock_read(&lock, EXPLORER_SOON) == 0) {
                be_reader();
            }
        } else if (tries ? rwlock_trywrite(&lock) : rwlock_write(&lock, EXPLORER_SOON) == 0) {
            be_writer();
        }
    }
}

static void expect_free(void)
{
    CU_ASSERT_EQUAL(lock.readers, 0);
    CU_ASSERT_PTR_NULL(lock.writer);
}

static void test_rule(void)
{
    static void (*const threads[])(void) = {read_often, read_often, write_often, write_often,
                                            read_often};

    most_readers = 0;
    explorer_try(SEEDS, setup, threads, 5);
    expect_free();
    CU_ASSERT_EQUAL(most_readers, 3);
}

static void test_time_limits(void)
{
    static void (*const threads[])(void) = {read_often, do_anything, write_often, do_anything,
                                            do_anything};

    explorer_try(SEEDS, setup, threads, 5);
    expect_free();
}

static void note(char what)
{
    order[strlen(order)] = what;
}

static void read_noted(void)
{
    rwlock_read(&lock, NSEC_FOREVER);
    note('r');
    explorer_let_others();
    rwlock_read_end(&lock);
    note('.');
}

static void write_noted(void)
{
    rwlock_write(&lock, NSEC_FOREVER);
    note('w');
    explorer_let_others();
    rwlock_write_end(&lock);
}

/* a reads; b wants to write, c and d to read, e to write: d and c wait for b though a only reads, and go in before e. */
static void test_no_starvation(void)
{
    static void (*const threads[])(void) = {read_noted, write_noted, read_noted, read_noted,
                                            write_noted};

    setup();
    explorer_expect(threads, 5, NULL);
    CU_ASSERT_STRING_EQUAL(order, "r.wrr..w");
}

static void give_up_writing(void)
{
    explorer_check(rwlock_write(&lock, EXPLORER_SOON) != 0, "a writer beside a reader");
    note('-');
}

/* The only writer that waited gives up: the reader that it kept out goes in beside the one who reads. */
static void test_given_up(void)
{
    static void (*const threads[])(void) = {read_noted, give_up_writing, read_noted};

    setup();
    explorer_expect(threads, 3, NULL);
    CU_ASSERT_STRING_EQUAL(order, "r-r..");
    expect_free();
}

static void end_writing(void)
{
    explorer_let_others();
    rwlock_write_end(&lock);
}

static void keep_writing(void)
{
    rwlock_write(&lock, NSEC_FOREVER);
}

static void write_and_read(void)
{
    rwlock_write(&lock, NSEC_FOREVER);
    rwlock_read(&lock, NSEC_FOREVER);
}

static void end_reading(void)
{
    rwlock_read_end(&lock);
}

static void test_mistakes(void)
{
    static void (*const anothers[])(void) = {end_writing, keep_writing};
    static void (*const both[])(void) = {write_and_read};
    static void (*const nobodys[])(void) = {end_reading};

    setup();
    explorer_expect(
        anothers, 2,
        "rwlock_write_end: thread \"a\" does not hold the lock %p for writing: \"b\" does",
        (void *)&lock);
    setup();
    explorer_expect(both, 1, "rwlock_read: thread \"a\" holds the lock %p for writing already",
                    (void *)&lock);
    setup();
    explorer_expect(nobodys, 1, "rwlock_read_end: nobody holds the lock %p for reading",
                    (void *)&lock);
}

static const struct tap_test tests[] = {
    {"a writer is alone, readers are together, and all get it", test_rule},
    {"whoever gives up, and whoever only tries, leaves nothing behind", test_time_limits},
    {"a waiting writer goes before new readers, waiting readers before the next writer",
     test_no_starvation},
    {"a writer that gives up lets in the readers that it kept out", test_given_up},
    {"a mistake of ownership is named", test_mistakes},
};

int main(void)
{
    return TAP_RUN("rwlock", tests);
}
