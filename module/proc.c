// SPDX-License-Identifier: GPL-2.0
/*
 * Opens files of /proc, for what the kernel exports only there.
 *
 * They are found in a mount of proc that belongs to the module and that nobody else sees. The paths
 * of user space would not do: kernel threads of 7.x have an empty root directory, and an admin may
 * mount something else over /proc.
 */
#include <mcewarden/proc.h>

#include <linux/err.h>
#include <linux/errno.h>
#include <linux/fcntl.h>
#include <linux/fs.h>
#include <linux/mount.h>
#include <linux/path.h>

static struct vfsmount *proc_mount; /* or an error */

/**
 * mcw_proc_open() - open a file of /proc to read it
 * @name: its path below /proc
 *
 * Context: process; sleeps. mcw_proc_init() came before.
 * Return: the file, for filp_close(), or an error.
 */
struct file *mcw_proc_open(const char *name)
{
	struct path root = { .mnt = proc_mount };

	if (IS_ERR(proc_mount))
		return ERR_CAST(proc_mount);
	root.dentry = proc_mount->mnt_root;
	return file_open_root(&root, name, O_RDONLY, 0);
}

/**
 * mcw_proc_init() - prepare to open files
 *
 * Context: process, may sleep.
 * Return: 0, as nothing else depends on it.
 */
int mcw_proc_init(void)
{
	struct file_system_type *proc = get_fs_type("proc"); /* built in, so never put */

	proc_mount = proc ? kern_mount(proc) : ERR_PTR(-ENODEV);
	return 0;
}

/**
 * mcw_proc_exit() - nobody opens files any more
 *
 * Context: process, sleeps.
 */
void mcw_proc_exit(void)
{
	if (!IS_ERR(proc_mount))
		kern_unmount(proc_mount);
}
