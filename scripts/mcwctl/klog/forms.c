// SPDX-License-Identifier: GPL-2.0
/*
 * The forms of logs by name.
 */
#include "klog/forms.h"

#include "klog/records.h"

#define BIT(printer) (1U << MCW_PRINTER_##printer)

static const struct {
	const char *name;
	unsigned int printers;
} forms[] = {
	{ "kernel", BIT(KERNEL) | BIT(EDAC) | BIT(EDAC_AMD) | BIT(EDAC_TEXT) | BIT(OLD_KERNEL) |
			    BIT(CPER) | BIT(MCEWARDEN) },
	{ "mcelog", BIT(MCELOG) | BIT(MCELOG_CLIENT) },
	{ "rasdaemon", BIT(RASDAEMON) | BIT(RAS_TEXT) },
	{ "trace", BIT(RASDAEMON) | BIT(RAS_TEXT) },
	{ "edac", BIT(EDAC) | BIT(EDAC_AMD) | BIT(EDAC_TEXT) },
	{ "cper", BIT(CPER) },
	{ "xen", BIT(OLD_KERNEL) },
	{ "freebsd", BIT(FREEBSD) },
	{ "esxi", BIT(ESXI) },
	{ "hpe", BIT(HPE) },
	{ "amdgpu", BIT(AMDGPU) },
	{ "mce", BIT(BINARY) },
};

const char *mcw_form_name(size_t n, unsigned int *printers)
{
	if (n >= sizeof(forms) / sizeof(forms[0]))
		return NULL;
	*printers = forms[n].printers;
	return forms[n].name;
}
