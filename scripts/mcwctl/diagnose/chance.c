// SPDX-License-Identifier: GPL-2.0
/*
 * What chance explains. There is no mathematics library here, and none is needed.
 */
#include "diagnose/internal.h"

/*
 * The most errors that may be expected in a scope by chance, if one and count - 1 more are to have
 * a probability of at most 10^-exponent there: the solution x of
 *
 *	x^(count - 1) / (count - 1)! = 10^-exponent
 *
 * The left side is at least the probability of count - 1 or more in Poisson's distribution.
 */
double mcw_chance_expected(unsigned int count, unsigned int exponent)
{
	double low = 0, high = count, limit = 1;

	while (exponent--)
		limit /= 10;
	for (unsigned int step = 0; step < 60; step++) {
		double middle = (low + high) / 2, chance = 1;

		for (unsigned int i = 1; i < count; i++)
			chance *= middle / i;
		if (chance > limit)
			high = middle;
		else
			low = middle;
	}
	return low;
}

/* x^count / count!, which is at least the probability of count or more where x are expected. */
double mcw_chance_of(double expected, unsigned int count)
{
	double chance = 1;

	for (unsigned int i = 1; i <= count; i++)
		chance *= expected / i;
	return chance;
}
