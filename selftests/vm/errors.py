# SPDX-License-Identifier: GPL-2.0
"""Values of registers by name."""

# MCi_STATUS
VAL, OVER, UC, EN, MISCV, ADDRV, PCC, S, AR = (1 << bit for bit in range(63, 54, -1))
YELLOW = 2 << 53  # count above the threshold, if MCG_CAP has TES_P
DEFERRED_BIT = 1 << 44  # bits of AMD

MEMORY_READ = 0x90  # error codes
MEMORY_SCRUB = 0xc0
DATA_LOAD = 0x134
INSTRUCTION_FETCH = 0x150
INTERNAL_TIMER = 0x400

CORRECTED_NO_MISC = VAL | EN | ADDRV | MEMORY_READ
CORRECTED = CORRECTED_NO_MISC | MISCV
CORRECTED_CACHE = VAL | EN | MISCV | ADDRV | DATA_LOAD
OVERFLOWN = VAL | OVER | EN | ADDRV | 1 << 16 | MEMORY_READ + 1  # corrected; a model-specific code
UCNA_NO_MISC = VAL | UC | EN | ADDRV | MEMORY_READ  # names no page; on AMD only uncorrected
UCNA = UCNA_NO_MISC | MISCV
SRAO_NO_MISC = VAL | UC | EN | ADDRV | S | MEMORY_SCRUB  # action optional
SRAO = SRAO_NO_MISC | MISCV
SRAR = VAL | UC | EN | MISCV | ADDRV | S | AR | DATA_LOAD  # action required
SRAR_FETCH = SRAR & ~DATA_LOAD | INSTRUCTION_FETCH
FATAL = VAL | UC | EN | MISCV | ADDRV | PCC | DATA_LOAD
FATAL_TIMER = VAL | UC | EN | PCC | INTERNAL_TIMER
DEFERRED_AMD = VAL | EN | ADDRV | DEFERRED_BIT | MEMORY_READ
LEFT_BY_BROADCAST = VAL | UC  # what the emulator leaves in a bank of every other CPU

# MCi_MISC: a physical address, and its granularity
MISC_PAGE = 0x8c

# MCG_STATUS
RIPV, EIPV, MCIP, LMCES = (1 << bit for bit in range(4))
BROADCAST = RIPV | MCIP
LOCAL = RIPV | MCIP | LMCES  # local to this CPU
LOCAL_CONSUMED = LOCAL | EIPV

# MCG_CAP
CMCI_P, TES_P, SER_P, LMCE_P = (1 << bit for bit in (10, 11, 24, 27))

# MCi_CTL2
THRESHOLD = 0x7fff
CMCI_ENABLED = 1 << 30
KERNEL_STORM = 32749  # the threshold that kernels from 6.9 on set during a storm

# Numbers of registers
MCG_CAP, MCG_CTL, MC4_ADDR = 0x179, 0x17b, 0x412

# The kernel's numbers of vendors and of grades; the module uses the same
INTEL, AMD = 0, 2
(GRADE_NO, GRADE_DEFERRED, GRADE_KEEP, GRADE_SOME, GRADE_AO, GRADE_UC, GRADE_AR,
 GRADE_PANIC) = range(8)


def ctl(bank):
    return 0x400 + 4 * bank


def mc_status(bank):
    return 0x401 + 4 * bank


def ctl2(bank):
    return 0x280 + bank


def error_count(status):
    """Return how many corrected errors the status counts."""
    return status >> 38 & 0x7fff
