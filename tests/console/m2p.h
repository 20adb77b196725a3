/* Included ahead of everything when a kernel file is compiled for these tests: see tests/fakexen/m2p.h. */
#pragma once

extern unsigned long machine_m2p[];
