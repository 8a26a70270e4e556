/* SPDX-License-Identifier: GPL-2.0 */
/* Asks the kernel to soft-offline a page, and reads the result by a return probe. */
#ifndef _MCEWARDEN_SOFT_OFFLINE_RESULT_H
#define _MCEWARDEN_SOFT_OFFLINE_RESULT_H

#include <linux/types.h>

enum mcw_answer {
	MCW_ANSWER_NONE, /* not begun, or nobody can tell */
	MCW_ANSWER_PENDING, /* the kernel is at it */
	MCW_ANSWER_GIVEN, /* the kernel is through with it */
};

bool mcw_soft_offline_result_init(void);
void mcw_soft_offline_result_exit(void);
void mcw_soft_offline_ask(u64 page);
enum mcw_answer mcw_soft_offline_answer(int *err);

#endif /* _MCEWARDEN_SOFT_OFFLINE_RESULT_H */
