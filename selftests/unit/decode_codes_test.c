// SPDX-License-Identifier: GPL-2.0
/* LINK: mcwctl */
/* FLAGS: -Wno-missing-field-initializers */
/*
 * Whether each code that mcelog, rasdaemon or the kernel's EDAC have words for gets words here.
 *
 * A list of the numbers of their codes stands for each field of MCi_STATUS, by model and bank. A
 * code without words has its reason there. Codes that are in none of these lists say nothing.
 *
 * The last line has the sum of all that have words, and of those that have none.
 *
 * Left out are: numbers that only identify a transaction (the trackers of Nehalem's QPI and memory
 * controller), syndromes of CPUs with a front side bus, whose bits no manual names, the rank in
 * MCi_MISC of Skylake, which the manual does not have, threshold banks that old kernels made up for
 * K8, and CPUs of Zhaoxin.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ktap.h"
#include "decode/decode.h"
#include "decode/explain.h"

#define VAL MCW_STATUS_VAL
#define INTEL MCW_VENDOR_INTEL
#define AMD MCW_VENDOR_AMD

#define SKYLAKE 0x50657
#define ICE_LAKE 0x606a6
#define ICE_LAKE_D 0x606c1
#define TREMONT_D 0x80665
#define SAPPHIRE 0x806f8
#define EMERALD 0xc06f2
#define GRANITE 0xa06d1
#define SIERRA 0xa06f3
#define DIAMOND 0x400f10
#define SANDY_BRIDGE 0x206d7
#define IVY_BRIDGE 0x306e4
#define HASWELL 0x306f2
#define BROADWELL 0x406f1
#define BROADWELL_DE 0x50663
#define NEHALEM 0x106a5
#define WESTMERE_EX 0x206f2
#define KNIGHTS 0x50671
#define DENVERTON 0x506f1
#define PENTIUM_3 0x6b4
#define CORE2 0x6fb
#define DUNNINGTON 0x106d1
#define PENTIUM_4 0xf43
#define TULSA 0xf68
#define K8 0x40f12
#define FAMILY_10H 0x100f42
#define FAMILY_11H 0x200f31
#define FAMILY_12H 0x300f10
#define FAMILY_14H 0x500f10
#define FAMILY_15H 0x600f12
#define FAMILY_16H 0x700f01
#define ZEN 0x800f12
#define ZEN_4 0xa10f11
#define ZEN_5 0xb00f21
#define MI300A 0xa90f00

/* Numbers, and ranges of numbers, in hexadecimal: "0d-11 14". NULL: none. */
struct codes {
	const char *name;
	__u32 cpuid;
	unsigned int bank; /* AMD with IPID: the hardware ID */
	unsigned int type; /* AMD with IPID: of that hardware */
	unsigned char high, low; /* of the field; equal: the codes are numbers of bits */
	__u64 base; /* other bits of MCi_STATUS */
	const char *with; /* the codes of the others that have words */
	const char *without, *reason; /* and those that have none */
	const char *more; /* codes of the manuals that only this tool knows */
};

#define NO_ERROR "0", "it says that there is no error"
#define RESERVED(codes) codes, "reserved in the manual"

#define PCU_ICE_LAKE \
	"d-11 14 1e 1f 2d 2e 3a 3b 3e 40 42-47 4a-4d 56 58-5d 60-7d 80 81 83 84 87-89 8b 90 a0 a1 b0"
#define IMC_ICE_LAKE \
	"1-4 7 8 10 20 40 80 a0 c0 100 108 200 400 800-827 829-82e 1008 1010 1020 " \
	"1040 1080 10a0"
#define PCU_HASWELL \
	"9 d e 13 15 1e 25 29 2b 2c 39 44-49 4b-4f 52 53 57-59 60-64 67-6a 70-72 7c 7d 81"
#define PCU_HASWELL_NOT_DE "d e 39 45 47 48 4c-4e 60 61 63 68 69 70 71 7c 7d"
#define PCU_HASWELL_DE "9 13 15 1e 25 26 29 2b 2c 44 46 49 4b 4f 52 53 57-59 62 64 67 6a 72 81"
#define FRONT_SIDE_BUS "1e 24 26 2a-2e"

static const struct codes intel[] = {
	{ "Skylake PCU", SKYLAKE, 4, 0, 31, 24, 0,
	  "d f 10 1e 1f 25 27 30 31 33 34 38 40-4e 51 52 58-5a 61 63-65 6b 81", NO_ERROR },
	{ "Skylake PCU, its controller", SKYLAKE, 4, 0, 19, 16, 0, "1-f" },
	{ "Skylake PCU, MCACOD", SKYLAKE, 4, 0, 11, 0, 0, "402 403 406 407" },
	{ "Skylake UPI", SKYLAKE, 12, 0, 21, 16, 0xe0f, "0-2 10-13 1f-25 30 31", NULL, NULL,
	  "15 32" },
	{ "Skylake UPI, control error", SKYLAKE, 19, 0, 0, 0, 0x120e0f, "16-1f", NULL, NULL,
	  "10 15" },
	{ "Skylake M2M", SKYLAKE, 7, 0, 0, 0, 0x90, "10 12-17", RESERVED("11") },
	{ "Skylake iMC", SKYLAKE, 18, 0, 0, 0, 0x90, "10-1a", NULL, NULL, "1b" },
	{ "Skylake iMC, numbers", SKYLAKE, 13, 0, 26, 16, 0x08000090, "0-d" },
	{ "Ice Lake PCU", ICE_LAKE, 4, 0, 31, 24, 0, PCU_ICE_LAKE, NULL, NULL, "c0" },
	{ "Ice Lake PCU, its neighbour", ICE_LAKE, 4, 0, 23, 20, 0, "4 5 9" },
	{ "Ice Lake PCU, its controller", ICE_LAKE, 4, 0, 19, 16, 0, "1-7" },
	{ "Ice Lake UPI", ICE_LAKE, 8, 0, 21, 16, 0xe0f, "0-2 10-13 1f-25 30-32", NULL, NULL,
	  "15" },
	{ "Ice Lake UPI, flags", ICE_LAKE, 5, 0, 0, 0, 0xe0f, "16-1f", NULL, NULL, "10 11 14 15" },
	{ "Ice Lake M2M", ICE_LAKE, 24, 0, 0, 0, 0x90, "10 12-17", RESERVED("11") },
	{ "Ice Lake iMC", ICE_LAKE, 27, 0, 31, 16, 0x90,
	  IMC_ICE_LAKE " 103 106 107 111 112 220 221", NULL, NULL, "5 6 404" },
	{ "Ice Lake-D PCU", ICE_LAKE_D, 4, 0, 31, 24, 0, PCU_ICE_LAKE, NULL, NULL, "c0" },
	{ "Ice Lake-D iMC", ICE_LAKE_D, 19, 0, 31, 16, 0x90,
	  IMC_ICE_LAKE " 103 106 107 111 112 220 221", NULL, NULL, "5 6 404" },
	{ "Tremont-D PCU", TREMONT_D, 4, 0, 31, 24, 0, PCU_ICE_LAKE, NULL, NULL, "c0" },
	{ "Tremont-D M2M", TREMONT_D, 12, 0, 0, 0, 0x90, "10 12-17", RESERVED("11") },
	{ "Tremont-D iMC", TREMONT_D, 15, 0, 31, 16, 0x90,
	  IMC_ICE_LAKE " 103 106 107 111 112 220 221", NULL, NULL, "5 6 404" },
	{ "Sapphire Rapids PCU", SAPPHIRE, 4, 0, 31, 24, 0, PCU_ICE_LAKE " c0" },
	{ "Sapphire Rapids PCU, its neighbour", SAPPHIRE, 4, 0, 23, 20, 0, "4 5 9" },
	{ "Sapphire Rapids PCU, its controller", SAPPHIRE, 4, 0, 19, 16, 0, "1-7" },
	{ "Sapphire Rapids PCU, shutdown", SAPPHIRE, 4, 0, 19, 16, 0x40c, "1-9" },
	{ "Sapphire Rapids UPI", SAPPHIRE, 5, 0, 21, 16, 0xe0f, "0-2 10-13 15 1f-25 30 31", NULL,
	  NULL, "32" },
	{ "Sapphire Rapids M2M", SAPPHIRE, 12, 0, 23, 16, 0x90, "1-3 5 7-c", "4 10 20 40 80",
	  "rasdaemon takes them for bits, as of Ice Lake; the manual has numbers" },
	{ "Sapphire Rapids M2M, memory", SAPPHIRE, 12, 0, 25, 24, 0x90, "1" },
	{ "Sapphire Rapids iMC", SAPPHIRE, 13, 0, 31, 16, 0x90, IMC_ICE_LAKE, NULL, NULL,
	  "5 6 103 106 107 111 112 220 221 404" },
	{ "Sapphire Rapids HBM, M2M", SAPPHIRE, 29, 0, 23, 16, 0x90, "1-3 5 7-c" },
	{ "Sapphire Rapids HBM", SAPPHIRE, 31, 0, 31, 16, 0x90, IMC_ICE_LAKE, NULL, NULL,
	  "5 6 103 106 107 111 112 220 221 404" },
	{ "Emerald Rapids iMC", EMERALD, 20, 0, 31, 16, 0x90, IMC_ICE_LAKE, NULL, NULL,
	  "5 6 103 106 107 111 112 220 221 404" },
	{ "Granite Rapids UPI", GRANITE, 5, 0, 31, 16, 0xe0f, "0-2 10-18 1f-25 30 31" },
	{ "Granite Rapids Punit", GRANITE, 6, 0, 23, 16, 0, "2 3 8-b 10 20 80 a0 b0" },
	{ "Granite Rapids Punit, firmware", GRANITE, 6, 0, 31, 24, 0,
	  "9 b c 10 1a 1d 23 35 36 40 41 48-4a 4c 56" },
	{ "Granite Rapids B2CMI", GRANITE, 12, 0, 31, 16, 0x90, "1-4 7-a c d" },
	{ "Granite Rapids channel", GRANITE, 13, 0, 31, 16, 0x90,
	  "1-5 8 10 20 40 80 a0 b0 c0 100 102 104 106 108 109 200 400 832 833 2002-2005 2100 2102 "
	  "2104 2106" },
	{ "Sierra Forest channel", SIERRA, 24, 0, 31, 16, 0x90,
	  "1-5 8 10 20 40 80 a0 b0 c0 100 102 104 106 108 109 200 400 832 833 2002-2005 2100 2102 "
	  "2104 2106" },
	{ "Diamond Rapids CBB", DIAMOND, 4, 0, 31, 16, 0x402,
	  "1-9 816 823 825-829 830-839 840-842 845-848 c01-c05 1401 1402" },
	{ "Diamond Rapids CBB, MCACOD", DIAMOND, 4, 0, 15, 0, 0, "40b" },
	{ "Diamond Rapids IMH", DIAMOND, 11, 0, 23, 16, 0, "2 3 8-d 10 20 30 a0 b0" },
	{ "Diamond Rapids IMH, firmware", DIAMOND, 11, 0, 31, 24, 0,
	  "9-d 23 35 36 4a 4c 58 63 6a 6f-71 7b 7c 7e 83" },
	{ "Diamond Rapids UPI", DIAMOND, 18, 0, 31, 16, 0xe0f,
	  "0-2 5 8-c 11-14 21 23-25 28-2d 30 31 200 203-207" },
	{ "Diamond Rapids channel", DIAMOND, 26, 0, 31, 16, 0x90,
	  "1 2 4 8 10 20 40 80 a0 b0 c0 102 104 106 108 109 200 240 400 813-815 832 834 836" },
	{ "Haswell PCU", HASWELL, 4, 0, 31, 24, 0, PCU_HASWELL, NO_ERROR },
	{ "Haswell PCU, its controller", HASWELL, 4, 0, 19, 16, 0, "1-3", RESERVED("4-f") },
	{ "Haswell PCU, MCACOD", HASWELL, 4, 0, 11, 0, 0, "402 403 406 407" },
	{ "Haswell QPI", HASWELL, 21, 0, 21, 16, 0xe0f, "2 3 10-13 15 20-23 30 31" },
	{ "Haswell iMC", HASWELL, 16, 0, 0, 0, 0x90, "10-19", NULL, NULL, "1a" },
	{ "Broadwell PCU", BROADWELL, 4, 0, 31, 24, 0, PCU_HASWELL, NO_ERROR },
	{ "Broadwell QPI", BROADWELL, 5, 0, 21, 16, 0xe0f, "2 3 10-13 15 20-23 30 31" },
	{ "Broadwell iMC", BROADWELL, 9, 0, 0, 0, 0x90, "10-16 18 19", NULL, NULL, "17 1a" },
	{ "Broadwell-DE PCU", BROADWELL_DE, 4, 0, 31, 24, 0, PCU_HASWELL_DE, NO_ERROR,
	  PCU_HASWELL_NOT_DE },
	{ "Broadwell-DE PCU, UBOX", BROADWELL_DE, 4, 0, 23, 20, 0, "4-7 c-f" },
	{ "Broadwell-DE iMC", BROADWELL_DE, 10, 0, 0, 0, 0x90, "10-18", NULL, NULL, "19 1a" },
	{ "Ivy Bridge PCU", IVY_BRIDGE, 4, 0, 31, 24, 0, "d-f 43-45 5c 60-64 70-72 7a 7b 81",
	  NO_ERROR },
	{ "Ivy Bridge PCU, its controller", IVY_BRIDGE, 4, 0, 19, 16, 0, "1-9", NO_ERROR },
	{ "Ivy Bridge iMC", IVY_BRIDGE, 16, 0, 0, 0, 0x90, "10-18", NULL, NULL, "19 1a" },
	{ "Sandy Bridge PCU", SANDY_BRIDGE, 4, 0, 31, 24, 0, "d-f 43 5c 60-64 70-72 7a 81",
	  NO_ERROR },
	{ "Sandy Bridge PCU, its controller", SANDY_BRIDGE, 4, 0, 19, 16, 0, "1-9", NO_ERROR },
	{ "Sandy Bridge iMC", SANDY_BRIDGE, 8, 0, 0, 0, 0x90, "10-16", NULL, NULL, "17-1a" },
	/* Of these the others print what the manual says of other models alone. */
	{ "Sandy Bridge client PCU", 0x206a7, 4, 0, 31, 24, 0, NULL, "d-f 43 5c 60-64 70-72 7a 81",
	  "the manual has them for servers, 06_2DH, alone" },
	{ "Ivy Bridge client PCU", 0x306a9, 4, 0, 31, 24, 0, NULL,
	  "d-f 43-45 5c 60-64 70-72 7a 7b 81", "the manual has them for servers, 06_3EH, alone" },
	{ "Nehalem QPI", NEHALEM, 1, 0, 0, 0, 0xe0f, "10-13 16-1a", RESERVED("14 15") },
	{ "Nehalem iMC", NEHALEM, 8, 0, 0, 0, 0x9f, "10-13 15-18", RESERVED("14") },
	{ "Nehalem internal", NEHALEM, 7, 0, 31, 24, 0x1, "3 8 a d 11 1a", NO_ERROR },
	{ "Nehalem bus", NEHALEM, 5, 0, 0, 0, 0x800, NULL, "1c-1f 22 24-26 2a-2e",
	  "the others take them for bits of a front side bus, which it does not have" },
	{ "Westmere-EX internal", WESTMERE_EX, 8, 0, 31, 24, 0x1, "3 8 a d 11 1a", NO_ERROR },
	{ "Knights Landing PCU", KNIGHTS, 5, 0, 11, 0, 0, "402 403 407" },
	{ "Knights Landing memory", KNIGHTS, 16, 0, 0, 0, 0x90, "10-17" },
	{ "Denverton iMC", DENVERTON, 7, 0, 0, 0, 0x90, "10-14" },
	{ "Pentium III request", PENTIUM_3, 0, 0, 24, 19, 0x06000800,
	  "0 2-6 8 a-10 12 14 18 19 1c-1e" },
	{ "Pentium III error", PENTIUM_3, 0, 0, 27, 25, 0x00080800, "0-2 4 5" },
	{ "Pentium III bus", PENTIUM_3, 4, 0, 0, 0, 0x06080800, "1c 1d 23 25 " FRONT_SIDE_BUS,
	  RESERVED("1f-22"), "14 15" },
	{ "Core 2 request", CORE2, 0, 0, 24, 19, 0x06000800, "0 2-6 8 a-10 12 14 18 19 1c-1e" },
	{ "Core 2 error", CORE2, 5, 0, 27, 25, 0x00080800, "0-2 4 5" },
	{ "Core 2 bus", CORE2, 0, 0, 0, 0, 0x06080800, "1c 1d 1f 22 25 " FRONT_SIDE_BUS,
	  RESERVED("20 21 23"), "14 15" },
	{ "Dunnington bus", DUNNINGTON, 6, 0, 0, 0, 0xe0f, "10 14-16", RESERVED("11-13 17-1f") },
	{ "Dunnington internal", DUNNINGTON, 4, 0, 31, 16, 0x400,
	  "1-8 a b 200 300 400 500 c002 c004 c008 e002 e004 e008" },
	{ "Pentium 4 bus", PENTIUM_4, 0, 0, 0, 0, 0x800, "10-17" },
	{ "Tulsa bus", TULSA, 4, 0, 0, 0, 0xe0f, "10-12 14-1b", RESERVED("13 1c-1f") },
	{ "Tulsa internal", TULSA, 4, 0, 31, 16, 0x400,
	  "1-9 100 200 300 400 c001 c002 c004 e001 e002 e004" },
};

/* By hardware ID and type, MCi_STATUS 21:16. */
static const struct codes smca[] = {
	{ "load-store of Zen", ZEN, 0xb0, 0x00, 21, 16, 0, "0-1a" },
	{ "load-store", ZEN_5, 0xb0, 0x10, 21, 16, 0, "0-17" },
	{ "instruction fetch", ZEN, 0xb0, 0x01, 21, 16, 0, "0-12" },
	{ "L2", ZEN, 0xb0, 0x02, 21, 16, 0, "0-5" },
	{ "decode", ZEN, 0xb0, 0x03, 21, 16, 0, "0-9" },
	{ "execution", ZEN, 0xb0, 0x05, 21, 16, 0, "0-d" },
	{ "floating point", ZEN, 0xb0, 0x06, 21, 16, 0, "0-7" },
	{ "L3", ZEN, 0xb0, 0x07, 21, 16, 0, "0-9" },
	{ "coherent station", ZEN, 0x2e, 0x00, 21, 16, 0, "0-8" },
	{ "coherent station 2", ZEN_5, 0x2e, 0x02, 21, 16, 0, "0-14" },
	{ "coherent station 2 of Genoa", ZEN_4, 0x2e, 0x02, 21, 16, 0, "0-11" },
	{ "PIE", ZEN, 0x2e, 0x01, 21, 16, 0, "0-8" },
	{ "memory-attached cache", MI300A, 0x2e, 0x04, 21, 16, 0, "0-6" },
	{ "UMC", ZEN_4, 0x96, 0x00, 21, 16, 0, "0-b 10", RESERVED("c-f") },
	{ "UMC of MI300A", MI300A, 0x96, 0x00, 21, 16, 0, "0-2 4-6 9-b d-f", RESERVED("3 7 8 c") },
	{ "UMC 2", ZEN_4, 0x96, 0x01, 21, 16, 0, "0-2 4-6 8-b", RESERVED("3 7") },
	{ "parameter block", ZEN, 0x05, 0x00, 21, 16, 0, "0" },
	{ "PSP", ZEN, 0xff, 0x00, 21, 16, 0, "0" },
	{ "PSP 2", ZEN_5, 0xff, 0x01, 21, 16, 0, "0-17" },
	{ "SMU", ZEN, 0x01, 0x00, 21, 16, 0, "0" },
	{ "SMU 2", ZEN_5, 0x01, 0x01, 21, 16, 0, "0-b 3a 3b 3e", RESERVED("c-39 3c 3d 3f") },
	{ "MP5", ZEN_4, 0x01, 0x02, 21, 16, 0, "0-a" },
	{ "MPDMA", ZEN_4, 0x01, 0x03, 21, 16, 0, "0-31" },
	{ "NBIO", ZEN_4, 0x18, 0x00, 21, 16, 0, "0-5" },
	{ "PCI Express", ZEN_4, 0x46, 0x00, 21, 16, 0, "0-4" },
	{ "PCI Express 2", ZEN_4, 0x46, 0x01, 21, 16, 0, "0" },
	{ "xGMI PCS", ZEN_4, 0x50, 0x00, 21, 16, 0, "0-1c" },
	{ "NBIF", ZEN_4, 0x6c, 0x00, 21, 16, 0, "0-3" },
	{ "system hub", ZEN_4, 0x80, 0x00, 21, 16, 0, "0-3" },
	{ "SATA", ZEN_4, 0xa8, 0x00, 21, 16, 0, "0-7" },
	{ "USB", ZEN_4, 0xaa, 0x00, 21, 16, 0, "0-5" },
	{ "USR data", MI300A, 0x170, 0x00, 21, 16, 0, "0-13 15-1f", RESERVED("14") },
	{ "USR control", MI300A, 0x180, 0x00, 21, 16, 0, "0-c" },
	{ "GMI PCS", ZEN_5, 0x241, 0x00, 21, 16, 0, "0-1f" },
	{ "xGMI PHY", ZEN_4, 0x259, 0x00, 21, 16, 0, "0-3" },
	{ "WAFL PHY", ZEN_4, 0x267, 0x00, 21, 16, 0, "0-3" },
	{ "GMI PHY", ZEN_5, 0x269, 0x00, 21, 16, 0, "0-3" },
};

/* Families 0Fh to 16h: the extended code, MCi_STATUS 20:16, or the request, 7:4. */
static const struct codes old_amd[] = {
	{ "K8 data TLB", K8, 0, 0, 20, 16, 0x0015, "0-1f" },
	{ "K8 data cache, request", K8, 0, 0, 7, 4, 0x0105, "0-f" },
	{ "K8 data cache, fill", K8, 0, 0, 20, 16, 0x0136, "0-1f" },
	{ "K8 data cache, system", K8, 0, 0, 20, 16, 0x0833, "0-1f" },
	{ "family 10h data cache, request", FAMILY_10H, 0, 0, 7, 4, 0x0105, "0-f" },
	{ "family 12h data cache, request", FAMILY_12H, 0, 0, 7, 4, 0x0105, "0-f" },
	{ "family 14h data cache, request", FAMILY_14H, 0, 0, 7, 4, 0x0105, "3 4 7 8" },
	{ "family 14h data cache, system", FAMILY_14H, 0, 0, 7, 4, 0x080b, "1 3 4" },
	{ "family 16h data cache, request", FAMILY_16H, 0, 0, 7, 4, 0x0105, "3 4 7 8" },
	{ "family 15h data cache", FAMILY_15H, 0, 0, 20, 16, 0x0135, "0-3 10-12" },
	{ "family 15h data cache, system", FAMILY_15H, 0, 0, 20, 16, 0x0833, "0-1f" },
	{ "family 15h data cache, internal", FAMILY_15H, 0, 0, 20, 16, 0x0600, "0-1f" },
	{ "K8 fetch TLB", K8, 1, 0, 20, 16, 0x0011, "0-1f" },
	{ "K8 fetch, request", K8, 1, 0, 7, 4, 0x0101, "5 7 8" },
	{ "K8 fetch, system", K8, 1, 0, 20, 16, 0x0853, "0-1f" },
	{ "family 10h fetch, fill", FAMILY_10H, 1, 0, 20, 16, 0x0152, "0-1f" },
	{ "family 14h fetch, request", FAMILY_14H, 1, 0, 7, 4, 0x10101, "5 8" },
	{ "family 16h fetch, eviction", FAMILY_16H, 1, 0, 20, 16, 0x0171, "0 2" },
	{ "family 15h fetch", FAMILY_15H, 1, 0, 20, 16, 0x0151, "0-a d 10-15" },
	{ "family 15h fetch, internal", FAMILY_15H, 1, 0, 20, 16, 0x0600, "0-1f" },
	{ "K8 bus unit", K8, 2, 0, 20, 16, 0x0166, "1-3" },
	{ "K8 bus unit, request", K8, 2, 0, 7, 4, 0x0106, "0 1 7-f" },
	{ "family 10h bus unit, TLB", FAMILY_10H, 2, 0, 20, 16, 0x001b, "0 1 3" },
	{ "family 14h bus unit, system", FAMILY_14H, 2, 0, 20, 16, 0x0813, "0 1 3" },
	{ "family 15h combined unit", FAMILY_15H, 2, 0, 20, 16, 0x0136, "4-c 10-14" },
	{ "family 15h combined unit, TLB", FAMILY_15H, 2, 0, 20, 16, 0x0016, "0 1" },
	{ "family 15h combined unit, system", FAMILY_15H, 2, 0, 20, 16, 0x0833, "0-2" },
	{ "family 16h L2 cache", FAMILY_16H, 2, 0, 20, 16, 0x0136, "4 5 9-b d-f 10-19 1b-1d 1f" },
	{ "K8 load-store, request", K8, 3, 0, 7, 4, 0x0803, "3 4" },
	{ "family 12h load-store, request", FAMILY_12H, 3, 0, 7, 4, 0x0803, "3 4" },
	{ "K8 northbridge, TLB", K8, 4, 0, 20, 16, 0x001b, "0-f 1c-1f" },
	{ "family 10h northbridge, system", FAMILY_10H, 4, 0, 20, 16, 0x0a13, "0-f 1c-1f" },
	{ "family 10h northbridge, memory", FAMILY_10H, 4, 0, 20, 16, 0x0133, "0-e 1c-1f", "f",
	  "means nothing in this kind of error" },
	{ "family 11h northbridge", FAMILY_11H, 4, 0, 20, 16, 0x0a13, "1-7 9-f 1c-1f", "0 8",
	  "that family has no ECC" },
	{ "family 15h northbridge", FAMILY_15H, 4, 0, 20, 16, 0x0a13, "0-f 19 1c-1f" },
	{ "family 16h northbridge", FAMILY_16H, 4, 0, 20, 16, 0x0a13, "0-f 19 1c-1f" },
	{ "family 10h reorder buffer", FAMILY_10H, 5, 0, 20, 16, 0x0f0f, "0-d" },
	{ "family 15h execution", FAMILY_15H, 5, 0, 20, 16, 0x0f0f, "0-d" },
	{ "family 15h execution, internal", FAMILY_15H, 5, 0, 20, 16, 0x0600, "0-1f" },
	{ "family 15h floating point", FAMILY_15H, 6, 0, 20, 16, 0x0f0f, "0-5" },
};

/* Abbreviations in those words that mcwctl explain does not know: words of any computer, */
static const char common[] = " CPU DC DMA ID PCI RAM0 RAM1 RAM2 RAS SATA USB VM ";
/* and those of which no public manual says what they are. */
static const char not_known[] = " BSR CNLI CPD CT FLE HB1 HB2 LCU LFDS LS0 PCRU PRB PTE SECEMC SIB "
				"SPPR TEM TVF UNCPD XAB ";
static unsigned int abbreviations, unexplained;

static bool is_abbreviation(const char *word)
{
	unsigned int capitals = 0, digits = 0;

	for (; *word; word++) {
		capitals += !!isupper((unsigned char)*word);
		digits += !!isdigit((unsigned char)*word);
	}
	return capitals > 1 || (capitals && digits);
}

/* Each is looked up once. */
static void abbreviation_check(const char *word)
{
	static char seen[8192] = " ";
	char between[66];
	size_t at = 0;

	snprintf(between, sizeof(between), " %.63s ", word);
	if (!is_abbreviation(word) || strstr(seen, between) ||
	    strlen(seen) + strlen(between) >= sizeof(seen))
		return;
	strcat(seen, between + 1);
	abbreviations++;
	if (mcw_explain_next(word, &at) || strstr(common, between) || strstr(not_known, between))
		return;
	printf("# nothing explains '%s'\n", word);
	unexplained++;
}

static void abbreviations_check(const char *words)
{
	static const char ends[] = " ,.:;()/'";
	char text[MCW_TEXT_BYTES], *rest = NULL;

	if (!*words)
		return;
	snprintf(text, sizeof(text), "%s", words);
	for (char *word = strtok_r(text, ends, &rest); word; word = strtok_r(NULL, ends, &rest))
		abbreviation_check(word);
}

static bool is_listed(const char *list, unsigned int code)
{
	while (list && *list) {
		char *end;
		unsigned long first = strtoul(list, &end, 16), last = first;

		if (*end == '-')
			last = strtoul(end + 1, &end, 16);
		if (code >= first && code <= last)
			return true;
		list = *end ? end + 1 : end;
	}
	return false;
}

static struct mcw_event event_of(const struct codes *c, unsigned int vendor, __u64 status)
{
	struct mcw_event ev = { .regs = { .cpuvendor = vendor,
					  .cpuid = c->cpuid,
					  .bank = c->bank,
					  .status = VAL | c->base | status } };

	return ev;
}

static void model_text(const struct codes *c, unsigned int vendor, __u64 status, char *text)
{
	struct mcw_event ev = event_of(c, vendor, status);

	mcw_model_code_text(&ev, text, MCW_TEXT_BYTES);
}

static bool has_model_words(const struct codes *c, unsigned int vendor, __u64 status)
{
	char text[MCW_TEXT_BYTES], without[MCW_TEXT_BYTES];

	model_text(c, vendor, status, text);
	model_text(c, vendor, 0, without);
	abbreviations_check(text);
	/* A bit adds to the words of others, a number has its own. */
	return text[0] && (c->high != c->low || strcmp(text, without));
}

static bool has_intel_words(const struct codes *c, __u64 status)
{
	return has_model_words(c, INTEL, status);
}

static bool has_old_amd_words(const struct codes *c, __u64 status)
{
	return has_model_words(c, AMD, status);
}

static bool has_smca_words(const struct codes *c, __u64 status)
{
	struct mcw_event ev = event_of(c, AMD, status);
	char text[MCW_TEXT_BYTES];

	ev.cpu_caps = MCW_CAP_SMCA;
	ev.regs.ipid = (__u64)c->type << 48 | (__u64)c->bank << 32 | 1;
	ev.regs.bank = 20;
	abbreviations_check(mcw_unit_text(&ev, text, sizeof(text)));
	abbreviations_check(mcw_code_text(&ev, text, sizeof(text)));
	return strchr(text, '(');
}

static unsigned int all_with, all_without;

static void check(const struct codes *c, bool (*has_words)(const struct codes *, __u64))
{
	bool bits = c->high == c->low;
	unsigned int first = bits ? 16 : 0, last = bits ? 47 : (1U << (c->high - c->low + 1)) - 1;
	unsigned int with = 0, without = 0, wrong = 0;

	for (unsigned int code = first; code <= last; code++) {
		bool has = has_words(c, bits ? 1ULL << code : (__u64)code << c->low);
		bool wanted = is_listed(c->with, code), more = is_listed(c->more, code);

		with += wanted && has;
		without += is_listed(c->without, code);
		if (has == (wanted || more))
			continue;
		wrong++;
		if (wrong <= 10)
			printf("# %s: code 0x%x has %swords\n", c->name, code, has ? "" : "no ");
	}
	all_with += with;
	all_without += without;
	if (without)
		printf("# %s: %u codes have no words: %s\n", c->name, without, c->reason);
	ktap_result_of(!wrong && (with || !c->with), "%s: %u codes have words", c->name, with);
}

/* The longest text of a bank has each of its flags, and finds room in the documented size. */
static void check_room(const struct codes *c, unsigned int vendor)
{
	struct mcw_event ev =
		event_of(c, vendor,
			 0xffffffff0000ULL | MCW_STATUS_UC | MCW_STATUS_ADDRV | MCW_STATUS_MISCV);
	char text[2 * MCW_TEXT_BYTES];
	size_t model, sentence;

	ev.regs.mcgcap = MCW_MCGCAP_SER_P;
	ev.regs.addr = ~0ULL;
	ev.regs.misc = ~0ULL;
	model = strlen(mcw_model_code_text(&ev, text, sizeof(text)));
	sentence = strlen(mcw_sentence_text(&ev, text, sizeof(text)));
	if (sentence >= MCW_TEXT_BYTES - 1)
		printf("# %s: %zu characters: %s\n", c->name, sentence, text);
	ktap_result_of(model < MCW_TEXT_BYTES - 1 && sentence < MCW_TEXT_BYTES - 1,
		       "%s: its longest text has room", c->name);
}

int main(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(intel); i++) {
		check(&intel[i], has_intel_words);
		check_room(&intel[i], INTEL);
	}
	for (size_t i = 0; i < ARRAY_SIZE(smca); i++)
		check(&smca[i], has_smca_words);
	for (size_t i = 0; i < ARRAY_SIZE(old_amd); i++) {
		check(&old_amd[i], has_old_amd_words);
		check_room(&old_amd[i], AMD);
	}
	ktap_result_of(abbreviations > 100 && !unexplained,
		       "mcwctl explain knows their %u abbreviations", abbreviations);
	printf("# %u codes in %zu fields have words, %u have none and a reason\n", all_with,
	       ARRAY_SIZE(intel) + ARRAY_SIZE(smca) + ARRAY_SIZE(old_amd), all_without);
	return ktap_end();
}
