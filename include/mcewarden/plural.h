/* SPDX-License-Identifier: GPL-2.0 */
/* The ending of a noun in a log message: "1 record", "2 records". */
#ifndef _MCEWARDEN_PLURAL_H
#define _MCEWARDEN_PLURAL_H

static inline const char *mcw_plural(unsigned long long count)
{
	return count == 1 ? "" : "s";
}

static inline const char *mcw_it_or_them(unsigned long long count)
{
	return count == 1 ? "it" : "them";
}

#endif /* _MCEWARDEN_PLURAL_H */
