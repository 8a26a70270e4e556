/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A file that is replaced as a whole.
 */
#ifndef MCW_SHOW_TEXTFILE_H
#define MCW_SHOW_TEXTFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/*
 * Replaces the contents of path by this text, or leaves them as they are. A reader gets all of the
 * old text or all of the new. Prints what is wrong.
 */
bool mcw_textfile_write(const char *path, const char *text, size_t length);

/* The same of any bytes, silent: errno says what is wrong. */
bool mcw_file_replace(const char *path, const void *bytes, size_t length, mode_t mode);

#endif /* MCW_SHOW_TEXTFILE_H */
