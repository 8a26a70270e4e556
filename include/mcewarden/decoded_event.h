/* SPDX-License-Identifier: GPL-2.0 */
/* Finds the event of a decoded record. */
#ifndef _MCEWARDEN_DECODED_EVENT_H
#define _MCEWARDEN_DECODED_EVENT_H

#include <linux/types.h>

struct mcw_decoded;
struct mcw_record;

bool mcw_decoded_event(const struct mcw_decoded *decoded, struct mcw_record *rec);

#endif /* _MCEWARDEN_DECODED_EVENT_H */
