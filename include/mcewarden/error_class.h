/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The manuals' classes of errors, by the same rule in the module and in mcwctl.
 *
 * Intel SDM vol. 3B section 16.6 and AMD APM vol. 2 section 9.3.
 */
#ifndef _MCEWARDEN_ERROR_CLASS_H
#define _MCEWARDEN_ERROR_CLASS_H

#ifdef __KERNEL__
#include <linux/types.h>
#else
#include <stdbool.h>

#include <linux/types.h>
#endif
#include <mcewarden/mca.h>

enum mcw_class {
	MCW_CLASS_CORRECTED,
	MCW_CLASS_DEFERRED,
	MCW_CLASS_UCNA,
	MCW_CLASS_SRAO,
	MCW_CLASS_SRAR,
	MCW_CLASS_UNCORRECTED,	/* UC, where nothing tells how bad */
	MCW_CLASS_FATAL,
};

/**
 * mcw_error_class() - the class of an error
 * @status: MCi_STATUS
 * @mcgcap: MCG_CAP
 * @vendor: the kernel's X86_VENDOR_ number
 *
 * Context: any; pure.
 * Return: the class.
 */
static inline enum mcw_class mcw_error_class(__u64 status, __u64 mcgcap, __u8 vendor)
{
	const bool is_amd = vendor == MCW_VENDOR_AMD || vendor == MCW_VENDOR_HYGON;

	if (!(status & MCW_STATUS_UC)) {
		if (is_amd && status & MCW_STATUS_DEFERRED)
			return MCW_CLASS_DEFERRED;
		return MCW_CLASS_CORRECTED;
	}
	if (status & MCW_STATUS_PCC)
		return MCW_CLASS_FATAL;
	if (is_amd || !(mcgcap & MCW_MCGCAP_SER_P))
		return MCW_CLASS_UNCORRECTED;
	switch (status & (MCW_STATUS_S | MCW_STATUS_AR)) {
	case MCW_STATUS_S | MCW_STATUS_AR:
		return MCW_CLASS_SRAR;
	case MCW_STATUS_S:
		return MCW_CLASS_SRAO;
	case 0:
		return MCW_CLASS_UCNA;
	default:
		/* AR without S: no manual defines it */
		return MCW_CLASS_UNCORRECTED;
	}
}

#endif /* _MCEWARDEN_ERROR_CLASS_H */
