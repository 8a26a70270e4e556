/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _UNIT_LINUX_MINMAX_H
#define _UNIT_LINUX_MINMAX_H

#define min_t(type, a, b)							\
	({									\
		type a_ = (a), b_ = (b);					\
										\
		a_ < b_ ? a_ : b_;						\
	})
#define min(a, b) min_t(__typeof__(a), a, b)
#define max_t(type, a, b)							\
	({									\
		type a_ = (a), b_ = (b);					\
										\
		a_ > b_ ? a_ : b_;						\
	})
#define max(a, b) max_t(__typeof__(a), a, b)

#endif /* _UNIT_LINUX_MINMAX_H */
