/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _URING_H
#define _URING_H

#include <linux/io_uring.h>
#include <stdbool.h>
#include <stdint.h>

struct uring {
	int fd;
	uint32_t *sq_tail, *sq_mask, *sq_array, *cq_head, *cq_tail, *cq_mask;
	struct io_uring_sqe *sqes;
	struct io_uring_cqe *cqes;
};

void uring_open(struct uring *ring);
int uring_submit(struct uring *ring, const struct io_uring_sqe *sqe);
bool uring_is_done(struct uring *ring);
int uring_result(struct uring *ring); /* of the next request that ends, within 20 s */
void uring_close(struct uring *ring);

#endif /* _URING_H */
