/* SPDX-License-Identifier: GPL-2.0 */
/* Every line in the log begins with its module's name. Included by the build, first of all. */
#ifndef _MCEWARDEN_LOG_H
#define _MCEWARDEN_LOG_H

#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#endif /* _MCEWARDEN_LOG_H */
