/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _UNIT_LINUX_JIFFIES_H
#define _UNIT_LINUX_JIFFIES_H

#define HZ 250

extern unsigned long jiffies; /* the test's own */

#define time_before(a, b) ((long)((a) - (b)) < 0)

#endif /* _UNIT_LINUX_JIFFIES_H */
