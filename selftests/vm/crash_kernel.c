// SPDX-License-Identifier: GPL-2.0
/* The command of mcwtest that loads a crash kernel. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <linux/kexec.h>

#include "mcwtest.h"

static int run_crash_kernel(int argc, char **argv)
{
	int kernel, initrd;

	if (argc != 4)
		return 2;
	kernel = open(argv[1], O_RDONLY | O_CLOEXEC);
	if (kernel < 0)
		fatal(argv[1]);
	initrd = open(argv[2], O_RDONLY | O_CLOEXEC);
	if (initrd < 0)
		fatal(argv[2]);
	if (syscall(SYS_kexec_file_load, kernel, initrd, strlen(argv[3]) + 1, argv[3],
		    KEXEC_FILE_ON_CRASH))
		fatal("kexec_file_load");
	return 0;
}

const struct command crash_kernel_commands[] = {
	{ "crash-kernel", run_crash_kernel, "KERNEL INITRD COMMAND_LINE" },
	{ NULL, NULL, NULL },
};
