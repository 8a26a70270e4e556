/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Records that are no text: struct mce of a kernel, alone or several, as pstore's mce-erst-* and
 * /dev/mcelog have it; a CPER record, as ERST has it; and the error status that a BERT names.
 *
 * Pure: it reads what it is given, which may be any bytes.
 */
#ifndef MCW_KLOG_BINARY_H
#define MCW_KLOG_BINARY_H

#include "klog/records.h"

#define MCW_BINARY_BYTES	65536	/* more of a file is left out */

/* Return: how many records were handed out; 0: it is none of these. */
unsigned int mcw_binary_read(struct mcw_console *c, const void *bytes, size_t length);
/* Whether bytes at the beginning of a file can be no text. */
bool mcw_binary_looks(const void *bytes, size_t length);

#endif /* MCW_KLOG_BINARY_H */
