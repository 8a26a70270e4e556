// SPDX-License-Identifier: GPL-2.0
/* LINK: module/page_address.c */
/* FLAGS: -Iselftests/unit/kernel */
/* Which page a record names, with a case for every reason to name none. */
#include <stdio.h>

#include <mcewarden/mca.h>
#include <mcewarden/page_address.h>

#include "ktap.h"

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

#define VAL MCW_STATUS_VAL
#define UC MCW_STATUS_UC
#define MISCV MCW_STATUS_MISCV
#define ADDRV MCW_STATUS_ADDRV
#define PADDRV MCW_STATUS_PADDRV
#define POISON MCW_STATUS_POISON
#define LSB(n) ((unsigned long long)(n) << 24) /* AMD, in the status */
#define SER MCW_MCGCAP_SER_P
#define PHYSICAL (2 << 6)

#define INTEL MCW_VENDOR_INTEL
#define AMD MCW_VENDOR_AMD
#define CENTAUR MCW_VENDOR_CENTAUR
#define HYGON MCW_VENDOR_HYGON
#define ZHAOXIN MCW_VENDOR_ZHAOXIN

#define HWID(n) ((unsigned long long)(n) << 32)
#define SMCA MCW_CAP_SMCA
#define HAS_PADDRV MCW_CAP_PADDRV
#define NONE MCW_ADDRESS_NONE
#define NORMALIZED MCW_ADDRESS_NORMALIZED
#define COARSE MCW_ADDRESS_COARSE
#define PAGE MCW_ADDRESS_PAGE

#define ADDR 0x1234567abcULL
#define IN_PAGE 0x1234567000ULL

static const struct {
	const char *name;
	u8 vendor;
	u8 phys_bits;
	u32 caps;
	u64 mcgcap;
	u64 status;
	u64 misc;
	u64 ipid;
	u64 addr;
	enum mcw_address address;
	u64 page;
} cases[] = {
	{ "Intel: a cache line", INTEL, 46, 0, SER, VAL | ADDRV | MISCV, PHYSICAL | 6, 0, ADDR,
	  PAGE, IN_PAGE },
	{ "Intel: uncorrected alike", INTEL, 46, 0, SER, VAL | UC | ADDRV | MISCV, PHYSICAL | 6, 0,
	  ADDR, PAGE, IN_PAGE },
	{ "Intel: a byte", INTEL, 46, 0, SER, VAL | ADDRV | MISCV, PHYSICAL, 0, ADDR, PAGE,
	  IN_PAGE },
	{ "Intel: exactly a page", INTEL, 46, 0, SER, VAL | ADDRV | MISCV, PHYSICAL | 12, 0, ADDR,
	  PAGE, IN_PAGE },
	{ "Intel: two pages", INTEL, 46, 0, SER, VAL | ADDRV | MISCV, PHYSICAL | 13, 0, ADDR,
	  COARSE, MCW_NO_PAGE },
	{ "Intel: everything", INTEL, 46, 0, SER, VAL | ADDRV | MISCV, PHYSICAL | 63, 0, ADDR,
	  COARSE, MCW_NO_PAGE },
	{ "Intel: no ADDRV", INTEL, 46, 0, SER, VAL | MISCV, PHYSICAL | 6, 0, ADDR, NONE,
	  MCW_NO_PAGE },
	{ "Intel: no MISCV", INTEL, 46, 0, SER, VAL | ADDRV, PHYSICAL | 6, 0, ADDR, NONE,
	  MCW_NO_PAGE },
	{ "Intel: no SER_P", INTEL, 46, 0, ~SER, VAL | ADDRV | MISCV, PHYSICAL | 6, 0, ADDR, NONE,
	  MCW_NO_PAGE },
	{ "Intel: segment offset", INTEL, 46, 0, SER, VAL | ADDRV | MISCV, 0 << 6 | 6, 0, ADDR,
	  NONE, MCW_NO_PAGE },
	{ "Intel: linear", INTEL, 46, 0, SER, VAL | ADDRV | MISCV, 1 << 6 | 6, 0, ADDR, NONE,
	  MCW_NO_PAGE },
	{ "Intel: memory address", INTEL, 46, 0, SER, VAL | ADDRV | MISCV, 3 << 6 | 6, 0, ADDR,
	  NONE, MCW_NO_PAGE },
	{ "Intel: generic", INTEL, 46, 0, SER, VAL | ADDRV | MISCV, 7 << 6 | 6, 0, ADDR, NONE,
	  MCW_NO_PAGE },
	{ "Intel: linear and coarse is none", INTEL, 46, 0, SER, VAL | ADDRV | MISCV, 1 << 6 | 13,
	  0, ADDR, NONE, MCW_NO_PAGE },
	{ "Intel: MISC above bit 8 does not matter", INTEL, 46, 0, SER, VAL | ADDRV | MISCV,
	  ~0x1ffULL | PHYSICAL | 6, 0, ADDR, PAGE, IN_PAGE },
	{ "Intel: a key above the address", INTEL, 40, 0, SER, VAL | ADDRV | MISCV, PHYSICAL | 6, 0,
	  ADDR | 0xabcULL << 40, PAGE, IN_PAGE },
	{ "Intel: the highest physical bit", INTEL, 40, 0, SER, VAL | ADDRV | MISCV, PHYSICAL | 6,
	  0, 0xffffffffffffffffULL, PAGE, 0xfffffff000ULL },
	{ "Intel: page 0", INTEL, 46, 0, SER, VAL | ADDRV | MISCV, PHYSICAL | 6, 0, 0xfff, PAGE,
	  0 },
	{ "Intel: AMD's bits do not help", INTEL, 46, SMCA, SER, VAL | POISON | PADDRV | ADDRV, 0,
	  0, ADDR, NONE, MCW_NO_PAGE },
	{ "Intel: nor does an IPID hinder", INTEL, 46, 0, SER, VAL | ADDRV | MISCV, PHYSICAL | 6,
	  HWID(0x96), ADDR, PAGE, IN_PAGE },
	{ "Zhaoxin: as Intel", ZHAOXIN, 46, 0, SER, VAL | ADDRV | MISCV, PHYSICAL | 6, 0, ADDR,
	  PAGE, IN_PAGE },
	{ "Centaur: none", CENTAUR, 46, SMCA, SER, VAL | ADDRV | MISCV | POISON | PADDRV,
	  PHYSICAL | 6, 0, ADDR, NONE, MCW_NO_PAGE },
	{ "unknown make: none", 255, 46, SMCA, SER, VAL | ADDRV | MISCV | POISON | PADDRV,
	  PHYSICAL | 6, 0, ADDR, NONE, MCW_NO_PAGE },
	{ "no physical bits known", INTEL, 0, 0, SER, VAL | ADDRV | MISCV, PHYSICAL | 6, 0, ADDR,
	  NONE, MCW_NO_PAGE },
	{ "64 physical bits", INTEL, 64, 0, SER, VAL | ADDRV | MISCV, PHYSICAL | 6, 0, ADDR, NONE,
	  MCW_NO_PAGE },

	{ "AMD: PADDRV", AMD, 48, SMCA, 0, VAL | ADDRV | PADDRV, 0, HWID(0xb0), ADDR, PAGE,
	  IN_PAGE },
	{ "AMD: POISON", AMD, 48, SMCA, 0, VAL | ADDRV | POISON, 0, HWID(0xb0), ADDR, PAGE,
	  IN_PAGE },
	{ "Hygon: as AMD", HYGON, 48, SMCA, 0, VAL | ADDRV | POISON, 0, HWID(0xb0), ADDR, PAGE,
	  IN_PAGE },
	{ "AMD: neither", AMD, 48, SMCA, SER, VAL | ADDRV | MISCV, PHYSICAL | 6, HWID(0xb0), ADDR,
	  NONE, MCW_NO_PAGE },
	{ "AMD: no ADDRV", AMD, 48, SMCA, 0, VAL | PADDRV | POISON, 0, HWID(0xb0), ADDR, NONE,
	  MCW_NO_PAGE },
	{ "AMD: no scalable MCA", AMD, 48, ~SMCA, SER, VAL | ADDRV | MISCV | PADDRV | POISON,
	  PHYSICAL | 6, 0, ADDR, NONE, MCW_NO_PAGE },
	{ "AMD: a memory controller, PADDRV", AMD, 48, SMCA, 0, VAL | ADDRV | PADDRV, 0, HWID(0x96),
	  ADDR, NONE, MCW_NO_PAGE },
	{ "AMD: a memory controller, POISON", AMD, 48, SMCA, 0, VAL | ADDRV | POISON, 0,
	  0x1234009600200010ULL, ADDR, NORMALIZED, MCW_NO_PAGE },
	{ "AMD: a memory controller, neither", AMD, 48, SMCA, 0, VAL | ADDRV, 0, HWID(0x96), ADDR,
	  NORMALIZED, MCW_NO_PAGE },
	{ "Hygon: a memory controller", HYGON, 48, SMCA, 0, VAL | ADDRV, 0, HWID(0x96), ADDR,
	  NORMALIZED, MCW_NO_PAGE },
	{ "AMD: a memory controller, no ADDRV", AMD, 48, SMCA, 0, VAL, 0, HWID(0x96), ADDR, NONE,
	  MCW_NO_PAGE },
	{ "AMD: a memory controller's number without scalable MCA", AMD, 48, ~SMCA, 0, VAL | ADDRV,
	  0, HWID(0x96), ADDR, NONE, MCW_NO_PAGE },
	{ "AMD: a memory controller's PADDRV that counts", AMD, 48, SMCA | HAS_PADDRV, 0,
	  VAL | ADDRV | PADDRV, 0, HWID(0x96), ADDR, PAGE, IN_PAGE },
	{ "AMD: a memory controller could have PADDRV", AMD, 48, SMCA | HAS_PADDRV, 0, VAL | ADDRV,
	  0, HWID(0x96), ADDR, NORMALIZED, MCW_NO_PAGE },
	{ "AMD: PADDRV that counts", AMD, 48, SMCA | HAS_PADDRV, 0, VAL | ADDRV | PADDRV, 0,
	  HWID(0xb0), ADDR, PAGE, IN_PAGE },
	{ "AMD: POISON where PADDRV counts", AMD, 48, SMCA | HAS_PADDRV, 0, VAL | ADDRV | POISON, 0,
	  HWID(0xb0), ADDR, NONE, MCW_NO_PAGE },
	{ "AMD: 0x196 is no memory controller", AMD, 48, SMCA, 0, VAL | ADDRV | PADDRV, 0,
	  HWID(0x196), ADDR, PAGE, IN_PAGE },
	{ "AMD: the hardware type does not matter", AMD, 48, SMCA, 0, VAL | ADDRV | PADDRV, 0,
	  0x00960000000000b0ULL, ADDR, PAGE, IN_PAGE },
	{ "AMD: exactly a page", AMD, 48, SMCA, 0, VAL | ADDRV | PADDRV | LSB(12), 0, HWID(0xb0),
	  ADDR, PAGE, IN_PAGE },
	{ "AMD: two pages", AMD, 48, SMCA, 0, VAL | ADDRV | PADDRV | LSB(13), 0, HWID(0xb0), ADDR,
	  COARSE, MCW_NO_PAGE },
	{ "AMD: an encryption bit above the address", AMD, 43, SMCA, 0, VAL | ADDRV | PADDRV, 0,
	  HWID(0xb0), ADDR | MCW_BIT(47), PAGE, IN_PAGE },
};

int main(void)
{
	unsigned int i;

	ktap_begin();
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		struct mcw_event ev = {
			.regs = {
				.status = cases[i].status,
				.misc = cases[i].misc,
				.addr = cases[i].addr,
				.cpuvendor = cases[i].vendor,
				.mcgcap = cases[i].mcgcap,
				.ipid = cases[i].ipid,
			},
			.cpu_caps = cases[i].caps,
			.phys_bits = cases[i].phys_bits,
		};
		u64 page = 1;
		enum mcw_address address = mcw_page_address(&ev, &page);
		int ok = address == cases[i].address && page == cases[i].page;

		if (!ok)
			printf("# got %d, page %#llx; wanted %d, page %#llx\n", address, page,
			       cases[i].address, cases[i].page);
		ktap_result(ok, cases[i].name);
	}
	return ktap_end();
}
