/*
 * What the reader of the console ring may see while console_ring_put() is at work.
 *
 * It is seen in what the compiler made of the code. A barrier whose lack the compiler does not use, and one for the
 * processor that x86 does not need, cannot be missed here: these are for whoever reads the code.
 */
#pragma once

/** No index is published before the bytes below it are in their places. Context: a test, for the build under test. */
void put_order_published_last(void);

/** The reader's index is looked at once, and a reader that changes it at every look gains nothing by it. */
void put_order_one_look(void);
