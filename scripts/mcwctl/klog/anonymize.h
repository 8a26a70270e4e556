/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A log's line without what tells whose machine it is from: names of hosts, serial numbers, MAC
 * and IP addresses, PPINs, and instruction addresses, which give a kernel's random layout away.
 * The registers of errors stay.
 *
 * Pure. One name or number becomes the same replacement all through a log, as far as there is room.
 */
#ifndef MCW_KLOG_ANONYMIZE_H
#define MCW_KLOG_ANONYMIZE_H

#include <stdbool.h>
#include <stddef.h>

#define MCW_ANONYMS		64
#define MCW_ANONYM_BYTES	64

struct mcw_anonymize {
	unsigned int count;
	char names[MCW_ANONYMS][MCW_ANONYM_BYTES];
	bool hosts[MCW_ANONYMS];	/* which of them are hosts */
};

/* Into to, which holds size bytes. Return: the bytes that are there. */
size_t mcw_anonymize_line(struct mcw_anonymize *a, const char *text, size_t length, char *to,
			  size_t size);

#endif /* MCW_KLOG_ANONYMIZE_H */
