/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which virtual machine a process of this machine is. In doubt nothing is known: a number of a
 * process is used again.
 */
#ifndef MCW_SOURCE_QEMU_H
#define MCW_SOURCE_QEMU_H

#include <stdbool.h>

#include <uapi/mcewarden.h>

#include "decode/qemu.h"

/* proc: the directory of processes, /proc. Return: whether process pid is a QEMU. */
bool mcw_qemu_read(struct mcw_vm *vm, const char *proc, __u32 pid);

/* The same for the process of a VICTIM record of this boot, if it is still the one that was hit. */
bool mcw_qemu_of_victim(struct mcw_vm *vm, const char *proc, const struct mcw_record *victim);

/* The same of a process that is open, see source/process.h. */
bool mcw_qemu_of_process(struct mcw_vm *vm, int process);

#endif /* MCW_SOURCE_QEMU_H */
