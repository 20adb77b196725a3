/*
 * The two ports of dom0 to the rig: control (lines, both ways) and console (the guest's bytes, out
 * only).
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/** Open both ports; ends the program when they are not there. */
void port_open(void);

/** Send one line to the rig. */
void port_say(const char *format, ...) __attribute__((format(printf, 1, 2)));

/** Send "fault TEXT" and end the program: dom0 is of no use any more. */
_Noreturn void port_fault(const char *format, ...) __attribute__((format(printf, 1, 2)));

/** The control port's descriptor, to poll: readable when the rig has sent something. */
int port_control(void);

/** Read one line of the rig, without its newline, into `line`; ends the program when there is none
 * to come. */
void port_read(char *line, size_t size);

/** Send bytes of the guest's console; waits as long as the rig does not take them. */
void port_console(const void *bytes, size_t length);
