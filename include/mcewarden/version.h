/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _MCEWARDEN_VERSION_H
#define _MCEWARDEN_VERSION_H

/* The version of the module and of mcwctl; dkms.conf must have the same. */
#define MCW_VERSION "0.1.0"

#endif /* _MCEWARDEN_VERSION_H */
