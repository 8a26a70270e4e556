/* SPDX-License-Identifier: GPL-2.0 */
/* Finds the page of a record, also where its address is a normalized one of AMD's. */
#ifndef _MCEWARDEN_UMC_ADDRESS_H
#define _MCEWARDEN_UMC_ADDRESS_H

#include <linux/types.h>
#include <mcewarden/page_address.h>

struct mcw_event;

enum mcw_address mcw_umc_address_page(const struct mcw_event *ev, u64 *page, bool *translated);

#endif /* _MCEWARDEN_UMC_ADDRESS_H */
