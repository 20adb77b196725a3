/*
 * The tests of the other files, for main in devices.c.
 */
#pragma once

void states_that_are_none(void);
void close_and_reconnect(void);
void close_of_an_old_connection(void);
void unwanted(void);
void backend_moves(void);
void suspended(void);
void offers_change(void);
void negotiating(void);
void links(void);
void any_order(void);
