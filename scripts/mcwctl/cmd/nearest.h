/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The word that was meant, where one was mistyped.
 *
 *	struct mcw_nearest n = { .word = word };
 *
 *	mcw_nearest_try(&n, candidate);		each in turn
 *	mcw_error("unknown word '%s'%s", word, mcw_nearest_text(&n));
 */
#ifndef MCW_CMD_NEAREST_H
#define MCW_CMD_NEAREST_H

#include <stddef.h>

struct mcw_nearest {
	const char *word;
	size_t length;		/* of word; 0: up to its end */
	const char *best;
	unsigned int distance;
	char text[64];
};

void mcw_nearest_try(struct mcw_nearest *n, const char *candidate);
/* ", did you mean 'WORD'?"; empty where none is near. */
const char *mcw_nearest_text(struct mcw_nearest *n);

#endif /* MCW_CMD_NEAREST_H */
