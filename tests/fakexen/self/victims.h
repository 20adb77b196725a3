/*
 * Code that goes wrong, to see that the runner says so: the files under test of the program fakexen-self.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include <xen/io/console.h>

void victim_hole(void);
void as_built_victim_hole(void);
void victim_loop(void);
void victim_null(void);
void victim_overflow(char *buffer, size_t length);
int victim_undefined(int shift);
void victim_jump(void);
void victim_stack(void);
long victim_system_call(void);
void victim_publish_early(struct xencons_interface *ring, const char *bytes, size_t length);
unsigned victim_look_twice(struct xencons_interface *ring);
void victim_map_table(void *page, uint64_t frame);
void victim_write(void *page);
void victim_panic(void);
