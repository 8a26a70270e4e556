/* SPDX-License-Identifier: GPL-2.0 */
/* Names of the kinds of pages that memory_failure() tells apart. */
#ifndef _MCEWARDEN_PAGE_TYPE_H
#define _MCEWARDEN_PAGE_TYPE_H

const char *mcw_page_type_name(int number);

#endif /* _MCEWARDEN_PAGE_TYPE_H */
