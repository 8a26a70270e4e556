// SPDX-License-Identifier: GPL-2.0
/*
 * The files of the conditions.
 */
#define _GNU_SOURCE
#include "cmd/conditions_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cmd/limits_file.h"
#include "error.h"
#include "show/textfile.h"

/* More than all buckets take. */
#define STATE_BYTES_MOST (1 << 20)
/* As the store and the recordings, not for everybody: it has physical addresses. */
#define STATE_MODE 0640

bool mcw_conditions_conf_read(struct mcw_conditions_conf *conf, struct mcw_limits *limits,
			      const char *path)
{
	struct mcw_limits_wrong wrong;
	size_t length;
	char *text = mcw_config_text(path, &length);
	bool good;

	mcw_conditions_default(conf);
	mcw_limits_default(limits);
	if (!text)
		return false;
	good = mcw_conditions_parse(conf, text, length, &wrong) &&
	       mcw_limits_parse(limits, text, length, &wrong);
	if (!good)
		mcw_error("%s, line %u: %s", path ? path : MCW_CONFIG_FILE, wrong.line, wrong.text);
	free(text);
	return good;
}

static ssize_t read_all(int fd, unsigned char *to, size_t size)
{
	size_t had = 0;
	ssize_t n;

	while (had < size && (n = read(fd, to + had, size - had))) {
		if (n < 0 && errno != EINTR)
			return -1;
		had += n > 0 ? n : 0;
	}
	return had;
}

int mcw_conditions_state_read(struct mcw_conditions *c, struct mcw_conditions_origin *origin,
			      const char *path)
{
	unsigned char *bytes;
	int fd, err = 0;
	ssize_t size;

	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW);
	if (fd < 0)
		return errno;
	bytes = malloc(STATE_BYTES_MOST);
	size = bytes ? read_all(fd, bytes, STATE_BYTES_MOST) : -1;
	if (size < 0)
		err = bytes ? errno : ENOMEM;
	else if (!mcw_conditions_restore(c, origin, bytes, size))
		err = EILSEQ;
	free(bytes);
	close(fd);
	return err;
}

const char *mcw_conditions_why(int err)
{
	return err == EILSEQ ? "it is damaged, or of another version of mcwctl" : strerror(err);
}

int mcw_conditions_state_write(const struct mcw_conditions *c,
			       const struct mcw_conditions_origin *origin, const char *path)
{
	unsigned char *bytes = malloc(STATE_BYTES_MOST);
	size_t size = bytes ? mcw_conditions_save(c, origin, bytes, STATE_BYTES_MOST) : 0;
	int err = 0;

	if (!bytes || size > STATE_BYTES_MOST)
		err = bytes ? EFBIG : ENOMEM;
	else if (!mcw_file_replace(path, bytes, size, STATE_MODE))
		err = errno;
	free(bytes);
	return err;
}
