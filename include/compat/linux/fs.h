/* SPDX-License-Identifier: GPL-2.0 */
/* linux/fs.h as from v5.12 on: file_open_root() takes a path. */
#ifndef _MCW_COMPAT_LINUX_FS_H
#define _MCW_COMPAT_LINUX_FS_H

#include_next <linux/fs.h>

#if !MCW_HAS_FILE_OPEN_ROOT_BY_PATH
#include <linux/path.h>

static inline struct file *mcw_file_open_root(const struct path *root, const char *name, int flags,
					      umode_t mode)
{
	return file_open_root(root->dentry, root->mnt, name, flags, mode);
}

#define file_open_root(root, name, flags, mode) mcw_file_open_root(root, name, flags, mode)
#endif

#endif /* _MCW_COMPAT_LINUX_FS_H */
