/*
 * The address space, from the bottom up. Every address that something else relies on stands here.
 *
 *   from                 to                   what                                        access
 *   0000 0000 0000 0000  0000 0000 003f ffff  nothing: a NULL pointer faults here         none
 *   0000 0000 0040 0000  + image size         the image: text                             r-x
 *                                               read-only data, symbols, holes            r--
 *                                               data, bss                                 rw-
 *                                               the boot stack over its guard page        rw-
 *   after the image      + a few pages        what the domain builder adds: list of       rw-
 *                                               machine frames, start_info, the console's
 *                                               and xenstore's pages
 *                        + a few pages          the page tables                           r--
 *   after these          next 4 MiB boundary  boot memory (at least 512 KiB), given to the     rw-
 *                                               frame allocator at boot
 *   after that           + memory of the      the rest of memory, mapped 4 MiB at a time      rw-
 *                          guest                when it is wanted; pages that became page       r--
 *                                               tables
 *   0000 0050 0000 0000  0000 006f ffff ffff  regions: stacks, large blocks of the heap, what   rw-
 *                                               the kernel reserves; nothing between them       none
 *   ffff 8000 0000 0000  ffff 87ff ffff ffff  Xen; its lowest part is the machine-to-physical  r--
 *                                               table
 *
 * The image is linked where it runs, and guest memory begins at the same address: the page with pfn n is mapped at
 * KERNEL_BASE + n * PAGE_SIZE, once it is mapped there. Below 2 GiB so that -mcmodel=small holds.
 *
 * This file is read by the assembler and the linker script too, so it has nothing but constants.
 */
#pragma once

#define KERNEL_BASE            0x400000
#define PAGE_SHIFT             12
#define PAGE_SIZE              4096
#define REGIONS_START          0x5000000000
#define REGIONS_END            0x7000000000
#define THREAD_LOCAL_ALIGNMENT 64      /* the most that a thread-local variable may ask for */
#define BOOT_STACK_SIZE        0x10000 /* 64 KiB: newlib's printf of a double takes about 6 KiB of it */
