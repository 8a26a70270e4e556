/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Bits and numbers of the machine-check architecture, for the module, the tool and the tests. Pure
 * files use these names; files that include a kernel header anyway use the kernel's names.
 *
 * Intel SDM vol. 3B section 16.3 and AMD APM vol. 2 section 9.3.
 */
#ifndef _MCEWARDEN_MCA_H
#define _MCEWARDEN_MCA_H

#define MCW_BIT(n) (1ULL << (n))

/* MCi_STATUS, all vendors */
#define MCW_STATUS_VAL MCW_BIT(63)
#define MCW_STATUS_OVER MCW_BIT(62)
#define MCW_STATUS_UC MCW_BIT(61)
#define MCW_STATUS_EN MCW_BIT(60)
#define MCW_STATUS_MISCV MCW_BIT(59)
#define MCW_STATUS_ADDRV MCW_BIT(58)
#define MCW_STATUS_PCC MCW_BIT(57)
/* Intel and vendors that follow it; S and AR are valid if MCG_CAP has SER_P, and UC is 1 */
#define MCW_STATUS_S MCW_BIT(56)
#define MCW_STATUS_AR MCW_BIT(55)
#define MCW_STATUS_FW MCW_BIT(37) /* firmware wrote to the bank */
/* AMD and Hygon; TCC, PADDRV, SYNDV and POISON on scalable MCA only */
#define MCW_STATUS_TCC MCW_BIT(55)
#define MCW_STATUS_PADDRV MCW_BIT(54)
#define MCW_STATUS_SYNDV MCW_BIT(53)
#define MCW_STATUS_CECC MCW_BIT(46)
#define MCW_STATUS_UECC MCW_BIT(45)
#define MCW_STATUS_DEFERRED MCW_BIT(44)
#define MCW_STATUS_POISON MCW_BIT(43)
#define MCW_STATUS_SCRUB MCW_BIT(40)

/*
 * MCi_STATUS 15:0, the error code, MCACOD. Intel's bit 12 says that further corrected errors are
 * filtered, and is no part of what the code says; AMD has no such bit. SDM section 16.9.
 */
#define MCW_MCACOD 0xffffULL
#define MCW_MCACOD_FILTER MCW_BIT(12)
#define MCW_MCACOD_UNFILTERED(status) ((status) & (MCW_MCACOD & ~MCW_MCACOD_FILTER))
/* The forms of compound codes; AMD has those of TLB, cache and bus. */
#define MCW_MCACOD_GENERIC_CACHE 0x000cULL
#define MCW_MCACOD_GENERIC_CACHE_MASK 0xfffcULL
#define MCW_MCACOD_TLB 0x0010ULL
#define MCW_MCACOD_TLB_MASK 0xfff0ULL
#define MCW_MCACOD_MEMORY 0x0080ULL
#define MCW_MCACOD_MEMORY_MASK 0xff80ULL
#define MCW_MCACOD_CACHE 0x0100ULL
#define MCW_MCACOD_CACHE_MASK 0xff00ULL
#define MCW_MCACOD_MEMORY_CACHE 0x0280ULL /* memory that is the cache of other memory */
#define MCW_MCACOD_MEMORY_CACHE_MASK 0xff80ULL
#define MCW_MCACOD_BUS 0x0800ULL
#define MCW_MCACOD_BUS_MASK 0xf800ULL
/* Codes that Intel lets software recover from; a scrub's has the channel in its last 4 bits. */
#define MCW_MCACOD_SCRUB 0x00c0ULL
#define MCW_MCACOD_SCRUB_MASK 0xfff0ULL
#define MCW_MCACOD_L3_WRITEBACK 0x017aULL
#define MCW_MCACOD_DATA_LOAD 0x0134ULL
#define MCW_MCACOD_INSTRUCTION_FETCH 0x0150ULL
/* MCW_MCACOD_IS(code, MEMORY): whether a code, without the filter bit, has that form. */
#define MCW_MCACOD_IS(code, form) ((MCW_MCACOD_##form##_MASK & (code)) == MCW_MCACOD_##form)

/* MCG_STATUS */
#define MCW_MCGSTATUS_RIPV MCW_BIT(0)
#define MCW_MCGSTATUS_EIPV MCW_BIT(1)
#define MCW_MCGSTATUS_MCIP MCW_BIT(2)
#define MCW_MCGSTATUS_LMCE MCW_BIT(3)
#define MCW_MCGSTATUS_SEAM_NR MCW_BIT(12)

/* MCG_CAP */
#define MCW_MCGCAP_CTL_P MCW_BIT(8)
#define MCW_MCGCAP_EXT_P MCW_BIT(9)
#define MCW_MCGCAP_CMCI_P MCW_BIT(10)
#define MCW_MCGCAP_TES_P MCW_BIT(11)
#define MCW_MCGCAP_SEAM_NR MCW_BIT(12)
#define MCW_MCGCAP_SER_P MCW_BIT(24)
#define MCW_MCGCAP_ELOG_P MCW_BIT(26)
#define MCW_MCGCAP_LMCE_P MCW_BIT(27)

/* The kernel's X86_VENDOR_ numbers of the vendors whose CPUs have machine checks. */
#define MCW_VENDOR_INTEL 0
#define MCW_VENDOR_AMD 2
#define MCW_VENDOR_CENTAUR 5
#define MCW_VENDOR_HYGON 9
#define MCW_VENDOR_ZHAOXIN 10

/* Not a bank of the hardware: the kernel's number for a record that came from the firmware. */
#define MCW_BANK_FIRMWARE 255

#endif /* _MCEWARDEN_MCA_H */
