/* SPDX-License-Identifier: GPL-2.0 */
/* /dev/mcelog, the module's or the kernel's own, and errors for it. */
#ifndef _MCELOG_DEVICE_H
#define _MCELOG_DEVICE_H

#include <stdbool.h>
#include <asm/mce.h>

#define MCELOG "/dev/mcelog"
#define MCELOG_STATS "/sys/devices/system/mcewarden/stats/mcelog/"
#define LENGTH 32 /* records in a log, with as many CPUs or fewer */
#define BYTES sizeof(struct mce)
#define ALL (LENGTH * BYTES)
#define CORRECTED 0x9400000000000090ULL
#define SEVERE 0xb400000000000090ULL

extern struct mce records[2 * LENGTH]; /* what was read last */

bool mcelog_is_ours(void);
int mcelog_open(int flags);
long long mcelog_read(int fd, unsigned long long addr);
int mcelog_ready(int fd, int events, int timeout);
unsigned long long number_in(const char *path);
unsigned long long offered(void);
void wait_for(unsigned long long count);
void start_raising(int cpu, unsigned int count, unsigned long long addr, bool mixed);
void raise_errors(int cpu, unsigned int count, unsigned long long addr, bool mixed);

#endif /* _MCELOG_DEVICE_H */
