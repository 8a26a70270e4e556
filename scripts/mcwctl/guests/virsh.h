/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A guest's monitor under libvirt, which keeps its socket for itself: by running virsh.
 */
#ifndef MCW_GUESTS_VIRSH_H
#define MCW_GUESTS_VIRSH_H

#include <stdbool.h>
#include <stddef.h>

#include "guests/message.h"

/* As mcw_qmp_ask(). What is wrong goes to error. */
bool mcw_virsh_ask(const char *domain, const struct mcw_question *question, const char *member,
		   struct mcw_message *answer, char *error, size_t size);

#endif /* MCW_GUESTS_VIRSH_H */
