// SPDX-License-Identifier: GPL-2.0
/*
 * Numbers on the command line.
 */
#include "cmd/number.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>

#include "error.h"

bool mcw_number_parse(const char *what, const char *text, __u64 max, __u64 *value)
{
	char *end;

	errno = 0;
	*value = strtoull(text, &end, 0);
	/* strtoull() alone would accept blanks and a sign */
	if (isdigit((unsigned char)text[0]) && !*end && !errno && *value <= max)
		return true;
	mcw_error("%s: '%s' is not a number from 0 to %llu (0x%llx)" MCW_SEE_HELP, what, text, max,
		  max);
	return false;
}
