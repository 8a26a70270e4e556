/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Opens files that may be packed by gzip or zstd, as logrotate packs recordings.
 */
#ifndef MCW_SOURCE_UNPACK_H
#define MCW_SOURCE_UNPACK_H

#include <stdbool.h>
#include <stdio.h>
#include <sys/types.h>

/*
 * Opens it, unpacked, so that it can be read from any place. name: what messages call it. *whole:
 * false if only a part of it could be unpacked, which was printed. Return: NULL with errno, or with
 * errno 0 after printing what is wrong.
 */
FILE *mcw_unpacked_open(const char *path, const char *name, bool *whole);

/*
 * Reads so many bytes of its begin, unpacked. Return: how many there were, 0 also if it cannot be
 * read; -1 after printing that the program which unpacks it cannot be started.
 */
ssize_t mcw_unpacked_begin(const char *path, const char *name, void *begin, size_t bytes);

#endif /* MCW_SOURCE_UNPACK_H */
