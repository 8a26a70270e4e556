/* SPDX-License-Identifier: GPL-2.0 */
/* The admin's switches for bad pages, in /proc/sys/vm. */
#ifndef _MCEWARDEN_VM_SWITCHES_H
#define _MCEWARDEN_VM_SWITCHES_H

enum mcw_vm_switch {
	MCW_VM_MEMORY_FAILURE_RECOVERY, /* 0: memory_failure() panics */
	MCW_VM_ENABLE_SOFT_OFFLINE, /* 0: soft offline is refused */
	MCW_VM_PANIC_ON_UNRECOVERABLE, /* 1: memory_failure() panics on pages of the kernel */
};

int mcw_vm_switches_init(void);
int mcw_vm_switch(enum mcw_vm_switch which);

#endif /* _MCEWARDEN_VM_SWITCHES_H */
