// SPDX-License-Identifier: GPL-2.0
/* What linux/uaccess.h and linux/uio.h of the tests need. */
#include <linux/uio.h>

#include <string.h>

bool (*uaccess_touch)(void *to);

/* Word by word, like the kernel: a part may have arrived when a page is missing. */
size_t copy_to_iter(const void *from, size_t bytes, struct iov_iter *iter)
{
	size_t done = 0;

	while (done < bytes && iter->count) {
		size_t here;
		char *to = mcw_iter_user_segment(iter, &here);

		if (!here) {
			iov_iter_advance(iter, 0);
			continue;
		}
		if (here > bytes - done)
			here = bytes - done;
		if (here > sizeof(u64))
			here = sizeof(u64);
		if (uaccess_touch && !uaccess_touch(to))
			break;
		memcpy(to, (const char *)from + done, here);
		iov_iter_advance(iter, here);
		done += here;
	}
	return done;
}

void iov_iter_advance(struct iov_iter *iter, size_t bytes)
{
	iter->count -= bytes;
	iter->offset += bytes;
	while (iter->count && iter->offset >= iter->segment->iov_len)
		iter->offset -= iter->segment++->iov_len;
}

void iov_iter_revert(struct iov_iter *iter, size_t bytes)
{
	iter->count += bytes;
	while (iter->offset < bytes) {
		iter->segment--;
		iter->offset += iter->segment->iov_len;
	}
	iter->offset -= bytes;
}
