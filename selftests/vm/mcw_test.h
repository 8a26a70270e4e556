/* SPDX-License-Identifier: GPL-2.0 */
/* The parts of the test module. */
#ifndef _MCW_TEST_H
#define _MCW_TEST_H

#include <linux/fs.h>
#include <linux/types.h>

extern u64 mcw_test_delivered;
extern u64 mcw_test_severity;
extern const struct file_operations mcw_test_endless;

extern u64 mcw_test_late_result;
extern u64 mcw_test_overlap_most;
extern u64 mcw_test_planted;
extern u64 mcw_test_refused;
extern u64 mcw_test_fail_left;
extern u64 mcw_test_spinning;

int mcw_test_fail(const char *args);
int mcw_test_leak(const char *args);
int mcw_test_late(const char *args);
int mcw_test_log(const char *args);
int mcw_test_overlap(const char *args);
int mcw_test_pin(const char *args);
int mcw_test_poison(const char *args);
int mcw_test_quiet(const char *args);
int mcw_test_refuse(const char *args);
int mcw_test_slow(const char *args);
int mcw_test_spin(const char *args);
int mcw_test_stall(const char *args);
int mcw_test_timer(const char *args);
int mcw_test_unprobeable(const char *args);
int mcw_test_untraceable(const char *args);

#endif /* _MCW_TEST_H */
