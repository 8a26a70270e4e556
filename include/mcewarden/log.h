/* SPDX-License-Identifier: GPL-2.0 */
/* Every line in the log begins with the module's name. The build includes this before all else. */
#ifndef _MCEWARDEN_LOG_H
#define _MCEWARDEN_LOG_H

#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#endif /* _MCEWARDEN_LOG_H */
