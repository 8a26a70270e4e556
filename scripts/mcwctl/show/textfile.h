/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A file that is replaced as a whole.
 */
#ifndef MCW_SHOW_TEXTFILE_H
#define MCW_SHOW_TEXTFILE_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Replaces path by this text, or leaves it as it is: whoever opens it meanwhile gets the old or
 * the new one, whole. Says what is wrong.
 */
bool mcw_textfile_write(const char *path, const char *text, size_t length);

#endif /* MCW_SHOW_TEXTFILE_H */
