/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The forms of logs by name, for those who do not want them recognised.
 */
#ifndef MCW_KLOG_FORMS_H
#define MCW_KLOG_FORMS_H

#include <stddef.h>

/* The name of form n; NULL past the last. *printers: bits of those whose records it has. */
const char *mcw_form_name(size_t n, unsigned int *printers);

#endif /* MCW_KLOG_FORMS_H */
