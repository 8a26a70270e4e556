/* SPDX-License-Identifier: GPL-2.0 */
/* An iterator over a user's memory, in segments; and of include/compat/linux/uio.h what it adds. */
#ifndef _UNIT_LINUX_UIO_H
#define _UNIT_LINUX_UIO_H

#include <linux/uaccess.h>
#include <sys/uio.h>

struct iov_iter {
	const struct iovec *segment;
	size_t offset, count;
};

static inline size_t iov_iter_count(const struct iov_iter *iter)
{
	return iter->count;
}

static inline void *mcw_iter_user_segment(const struct iov_iter *iter, size_t *bytes)
{
	*bytes = iter->segment->iov_len - iter->offset;
	if (*bytes > iter->count)
		*bytes = iter->count;
	return (char *)iter->segment->iov_base + iter->offset;
}

size_t copy_to_iter(const void *from, size_t bytes, struct iov_iter *iter);
void iov_iter_advance(struct iov_iter *iter, size_t bytes);
void iov_iter_revert(struct iov_iter *iter, size_t bytes);

#endif /* _UNIT_LINUX_UIO_H */
