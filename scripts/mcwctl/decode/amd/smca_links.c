// SPDX-License-Identifier: GPL-2.0
/*
 * AMD's scalable MCA: error codes of I/O and of links between dies and sockets.
 */
#include "decode/amd/smca_codes.h"

#include "decode/decode.h"
#include "decode/internal.h"

static const char *const nbio[] = {
	"ECC or parity",	 "PCI Express",	    "external error event",
	"poison on its way out", "internal poison", "internal fatal event",
};

static const char *const pcie[] = {
	"CCIX error message",
	"CCIX read response, no data",
	"CCIX write response, no data",
	"CCIX read response, data error",
	"CCIX write response, data error",
};

static const char *const pcie_2[] = { "SDP data parity" };

static const char *const nbif[] = { "timeout", "SRAM ECC", "non-transparent bridge", "SDP parity" };

static const char *const sata[] = {
	"parity, port 0", "parity, port 1", "parity, port 2", "parity, port 3",
	"parity, port 4", "parity, port 5", "parity, port 6", "parity, port 7",
};

static const char *const usb[] = {
	"S0 RAM0 ECC or parity", "S0 RAM1 ECC or parity", "S0 RAM2 ECC or parity",
	"PHY RAM0 parity",	 "PHY RAM1 parity",	  "AXI response",
};

static const char *const xgmi_pcs[] = {
	"data loss",
	"training",
	"flow control acknowledge",
	"receive queue underflow",
	"receive queue overflow",
	"CRC",
	"bit error rate exceeded",
	"transmit data",
	"replay buffer parity",
	"data parity",
	"replay queue overflow",
	"replay queue underflow",
	"elastic queue overflow",
	"deskew",
	"flow control CRC",
	"data startup limit",
	"flow control timeout",
	"recovery timeout",
	"ready timeout",
	"ready attempts",
	"recovery attempts",
	"recovery relock attempts",
	"replay attempts",
	"sync header",
	"transmit replay timeout",
	"receive replay timeout",
	"link subsystem transmit timeout",
	"link subsystem receive timeout",
	"received command packet",
};

static const char *const gmi_pcs[] = {
	"data loss",
	"training",
	"replay parity",
	"receive queue underflow",
	"receive queue overflow",
	"CRC",
	"bit error rate exceeded",
	"transmit queue underflow",
	"replay buffer parity",
	"transmit overflow",
	"replay queue overflow",
	"replay queue underflow",
	"elastic queue overflow",
	"deskew",
	"offline",
	"data startup limit",
	"flow control timeout",
	"recovery timeout",
	"ready timeout",
	"ready attempts",
	"recovery attempts",
	"recovery relock attempts",
	"deskew aborted",
	"receive buffer",
	"LFDS receive queue overflow",
	"LFDS receive queue underflow",
	"link subsystem transmit timeout",
	"link subsystem receive timeout",
	"received command packet",
	"LFDS training timeout",
	"LFDS flow control initialization timeout",
	"data loss",
};

static const char *const phy[] = {
	"RAM ECC",
	"instruction buffer parity",
	"data buffer parity",
	"bus error",
};

static const char *const usr_dp[] = {
	"master: command",
	"master: receive queue",
	"master: deskew",
	"master: detection timeout",
	"master: flow control",
	"master: data valid queue",
	"MAC link state",
	"deskew",
	"initialization timeout",
	"initialization attempts",
	"recovery timeout",
	"recovery attempts",
	"eye training timeout",
	"data startup limit",
	"exit from LS0",
	"PLL power state update timeout",
	"receive queue",
	"LCU",
	"converter ECC, corrected",
	"converter ECC, uncorrected",
	NULL,
	"data loss in receiving",
	"replay ECC, corrected",
	"replay ECC, uncorrected",
	"CRC",
	"bit error rate exceeded",
	"flow control initialization timeout",
	"flow control initialization attempts",
	"replay timeout",
	"replay attempts",
	"replay underflow",
	"replay overflow",
};

static const char *const usr_cp[] = {
	"packet type",
	"receive queue",
	"deskew",
	"receiver detection timeout",
	"data parity",
	"data loss",
	"LCU",
	"HB1 handshake timeout",
	"HB2 handshake timeout",
	"clock sleep was not answered: timeout",
	"clock wake was not answered: timeout",
	"reset attack",
	"fatal error at the other end of the link",
};

const struct mcw_smca_unit mcw_smca_link_units[] = {
	{ 0x018, 0x00, "NBIO northbridge I/O", MCW_COMPONENT_IO, nbio, ARRAY_SIZE(nbio) },
	{ 0x046, 0x00, "PCI Express", MCW_COMPONENT_PCIE, pcie, ARRAY_SIZE(pcie) },
	{ 0x046, 0x01, "PCI Express", MCW_COMPONENT_PCIE, pcie_2, ARRAY_SIZE(pcie_2) },
	{ 0x050, 0x00, "xGMI PCS", MCW_COMPONENT_LINK, xgmi_pcs, ARRAY_SIZE(xgmi_pcs) },
	{ 0x06c, 0x00, "NBIF", MCW_COMPONENT_IO, nbif, ARRAY_SIZE(nbif) },
	{ 0x080, 0x00, "system hub", MCW_COMPONENT_IO, nbif, ARRAY_SIZE(nbif) },
	{ 0x0a8, 0x00, "SATA", MCW_COMPONENT_IO, sata, ARRAY_SIZE(sata) },
	{ 0x0aa, 0x00, "USB", MCW_COMPONENT_IO, usb, ARRAY_SIZE(usb) },
	{ 0x241, 0x00, "GMI PCS", MCW_COMPONENT_LINK, gmi_pcs, ARRAY_SIZE(gmi_pcs) },
	{ 0x259, 0x00, "xGMI PHY", MCW_COMPONENT_LINK, phy, ARRAY_SIZE(phy) },
	{ 0x267, 0x00, "WAFL PHY", MCW_COMPONENT_LINK, phy, ARRAY_SIZE(phy) },
	{ 0x269, 0x00, "GMI PHY", MCW_COMPONENT_LINK, phy, ARRAY_SIZE(phy) },
	{ 0x170, 0x00, "USR ultra short reach link, data", MCW_COMPONENT_LINK, usr_dp,
	  ARRAY_SIZE(usr_dp) },
	{ 0x180, 0x00, "USR ultra short reach link, control", MCW_COMPONENT_LINK, usr_cp,
	  ARRAY_SIZE(usr_cp) },
	/* Newer kernels have names of these; no public table has their codes. */
	{ 0x05c, 0x00, "SSBDCI link between dies", MCW_COMPONENT_LINK, NULL, 0 },
	{ 0x1e0, 0x00, "eDDR5 CMN", MCW_COMPONENT_MEMORY, NULL, 0 },
	{ 0x1e1, 0x00, "PCI Express link", MCW_COMPONENT_PCIE, NULL, 0 },
	{ .name = NULL },
};
