/*
 * Included ahead of everything when a kernel file is compiled for fakexen: the macro machine_to_phys_mapping of Xen's
 * headers then names this table, since Xen's own address is not to be had in a program.
 */
#pragma once

#ifndef __ASSEMBLER__
extern unsigned long fakexen_m2p[];
#endif
