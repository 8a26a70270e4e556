// SPDX-License-Identifier: GPL-2.0
/*
 * The word that was meant, where one was mistyped.
 *
 * Near is what two letters more, less, other or exchanged make of it, and one for a short word.
 */
#include "cmd/nearest.h"

#include <stdio.h>
#include <string.h>

#define LETTERS 24
#define SHORT_LETTERS 4

static unsigned int least(unsigned int a, unsigned int b, unsigned int c)
{
	unsigned int ab = a < b ? a : b;

	return ab < c ? ab : c;
}

/* Of letters that were added, left out, changed, or exchanged with the next one. */
static unsigned int distance_of(const char *a, size_t rows, const char *b, size_t columns)
{
	unsigned int d[LETTERS + 1][LETTERS + 1];

	for (size_t i = 0; i <= rows; i++)
		d[i][0] = i;
	for (size_t k = 0; k <= columns; k++)
		d[0][k] = k;
	for (size_t i = 1; i <= rows; i++) {
		for (size_t k = 1; k <= columns; k++) {
			d[i][k] = least(d[i - 1][k] + 1, d[i][k - 1] + 1,
					d[i - 1][k - 1] + (a[i - 1] != b[k - 1]));
			if (i > 1 && k > 1 && a[i - 1] == b[k - 2] && a[i - 2] == b[k - 1] &&
			    d[i - 2][k - 2] + 1 < d[i][k])
				d[i][k] = d[i - 2][k - 2] + 1;
		}
	}
	return d[rows][columns];
}

void mcw_nearest_try(struct mcw_nearest *n, const char *candidate)
{
	size_t length = n->length ? n->length : strlen(n->word), other = strlen(candidate);
	unsigned int distance;

	if (!length || length > LETTERS || other > LETTERS)
		return;
	distance = distance_of(n->word, length, candidate, other);
	if (distance > (other <= SHORT_LETTERS ? 1 : 2) || (n->best && distance >= n->distance))
		return;
	n->best = candidate;
	n->distance = distance;
}

const char *mcw_nearest_text(struct mcw_nearest *n)
{
	if (n->best)
		snprintf(n->text, sizeof(n->text), ", did you mean '%s'?", n->best);
	return n->best ? n->text : "";
}
