/*
 * Places in the image that the linker script boot/kernel.lds names. Only their addresses mean anything.
 */
#pragma once

extern const char text_start[], text_end[];
extern const char rodata_start[], rodata_end[];
extern char bss_start[], bss_end[];
extern char guard_boot_stack[]; /* the page that an overflow of the boot stack hits: never mapped */
extern char boot_stack[], boot_stack_end[];
extern const char image_end[];
