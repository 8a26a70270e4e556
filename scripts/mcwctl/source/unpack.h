/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Opens files that may be packed by gzip or zstd, as logrotate packs recordings.
 */
#ifndef MCW_SOURCE_UNPACK_H
#define MCW_SOURCE_UNPACK_H

#include <stdbool.h>
#include <stdio.h>

/*
 * Opens it, unpacked, so that it can be read from any place. *whole: false if only a part of it
 * could be unpacked, which was printed. Return: NULL with errno, or with errno 0 after printing
 * what is wrong.
 */
FILE *mcw_unpacked_open(const char *path, bool *whole);

#endif /* MCW_SOURCE_UNPACK_H */
