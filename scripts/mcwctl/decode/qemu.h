/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The virtual machine of a QEMU process, by its command line. Pure.
 */
#ifndef MCW_DECODE_QEMU_H
#define MCW_DECODE_QEMU_H

#include <stdbool.h>
#include <stddef.h>

/* Empty where the command line does not say it. The name has any bytes. */
struct mcw_vm {
	char name[256];
	char uuid[37];		/* in lower case */
};

/* Whether the program of this path is one of QEMU's that emulate a whole machine. */
bool mcw_qemu_is_system(const char *program);

/*
 * Reads -name and -uuid. cmdline: the arguments as /proc has them, each ended by 0; what comes
 * after the last 0 was cut off, and is not read.
 */
void mcw_qemu_parse(struct mcw_vm *vm, const char *cmdline, size_t bytes);

#endif /* MCW_DECODE_QEMU_H */
