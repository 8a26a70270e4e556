/* SPDX-License-Identifier: GPL-2.0 */
/*
 * linux/uio.h, and where an iterator is in user memory: Linux 6.0 added iterators without an array
 * of segments, and 6.4 renamed the array.
 */
#ifndef _MCW_COMPAT_LINUX_UIO_H
#define _MCW_COMPAT_LINUX_UIO_H

#include_next <linux/uio.h>

#include <linux/minmax.h>

/*
 * Returns the user's address that comes next, and sets *@bytes to what is left of its segment. The
 * memory of the kernel has neither: NULL and 0.
 */
static inline void __user *mcw_iter_user_segment(const struct iov_iter *iter, size_t *bytes)
{
	const struct iovec *segment;

	*bytes = 0;
#if MCW_HAS_ITER_IS_UBUF
	if (iter_is_ubuf(iter)) {
		*bytes = iter->count;
		return iter->ubuf + iter->iov_offset;
	}
#endif
	if (!iter_is_iovec(iter) || !iter->count)
		return NULL;
#ifdef iter_iov_addr
	segment = iter_iov(iter);
#else
	segment = iter->iov;
#endif
	*bytes = min(iter->count, segment->iov_len - iter->iov_offset);
	return segment->iov_base + iter->iov_offset;
}

#endif /* _MCW_COMPAT_LINUX_UIO_H */
