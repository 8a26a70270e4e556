/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which EDAC driver knows this machine's memory controller.
 */
#ifndef MCW_CMD_EDAC_DRIVER_H
#define MCW_CMD_EDAC_DRIVER_H

#include <stdbool.h>
#include <stdio.h>

/* The name of the driver for a CPU: EAX of CPUID 1, and MCW_VENDOR_*. NULL: none is known. */
const char *mcw_edac_driver(unsigned int vendor, unsigned int cpuid);

/* The same for this machine. guest: it is a virtual one, which does not show its host's. */
const char *mcw_edac_driver_here(bool *guest);

/* For a machine on which no driver has a controller: which one to load. */
void mcw_edac_driver_advise(FILE *out);

#endif /* MCW_CMD_EDAC_DRIVER_H */
