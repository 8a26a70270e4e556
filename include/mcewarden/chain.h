/* SPDX-License-Identifier: GPL-2.0 */
/* The decode-chain block: captures what the tap did not. */
#ifndef _MCEWARDEN_CHAIN_H
#define _MCEWARDEN_CHAIN_H

void mcw_chain_init(void);
void mcw_chain_exit(void);

#endif /* _MCEWARDEN_CHAIN_H */
