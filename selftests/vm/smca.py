# SPDX-License-Identifier: GPL-2.0
"""Errors and registers of banks of AMD's scalable MCA, which the rig's emulator has.

Banks of CPU 0 in the emulator: 0 load-store unit, 7 L3, 9 and 10 memory controllers (UMC). Those
from 7 on are CPU 0's alone.
"""

from errors import ADDRV, DEFERRED_BIT, EN, MISCV, PCC, UC, VAL
from steps import no_kernel_polls

LS, L3, UMC, OTHER_UMC = 0, 7, 9, 10
CTL, STATUS, CONFIG, IPID, DESTAT = 0, 1, 4, 5, 8  # registers of a bank
BANKS = 16
PADDRV, SYNDV, POISON = 1 << 54, 1 << 53, 1 << 43
HAS_PADDRV = 1 << 11  # CONFIG: what PADDRV says counts
DRAM_ECC = 0x11b
DEFERRED = VAL | EN | ADDRV | SYNDV | DEFERRED_BIT | DRAM_ECC
CORRECTED = VAL | EN | MISCV | ADDRV | SYNDV | 1 << 46 | DRAM_ECC
OTHER_CORRECTED = VAL | EN | MISCV | 1 << 53 | 0x5080b  # counts in the other block of a UMC
CONSUMED = VAL | UC | EN | MISCV | ADDRV | SYNDV | POISON | 0x10135
FATAL = VAL | UC | EN | MISCV | ADDRV | PCC | 0x10135
NORMAL = 0x234000  # a normalized address
PAGE = 4096
DEFERRED_INTERRUPT = 3 << 37  # CONFIG: 1 in this field has deferred errors interrupt
BLOCKS = "/sys/devices/system/machinecheck/machinecheck0/umc_0"
MISC = {"dram_ecc": 3, "misc_umc": 10}  # the register of each block


def mce(vm, bank, status, addr, synd, cpu=0):
    vm.qemu.monitor.human(f"mce_amd {cpu} {bank} {status:#x} {addr:#x} 0 {synd:#x}")


def register(vm, bank, which, cpu=0):
    return int(vm.qemu.monitor.ask(f"mce_amd_reg {cpu} {bank} {which}").split()[-1], 16)


def set_register(vm, bank, which, value, cpu=0):
    vm.qemu.monitor.ask(f"mce_amd_reg {cpu} {bank} {which} {value:#x}")


def silence(vm, bank):
    """Deferred errors of that bank raise no interrupt."""
    set_register(vm, bank, CONFIG, register(vm, bank, CONFIG) & ~DEFERRED_INTERRUPT)


def set_limit(vm, block, limit):
    """Such a number of errors is an interrupt from now on."""
    vm.sh(f"echo {limit} >{BLOCKS}/{block}/threshold_limit").ok()
    misc = MISC[block]
    counter = register(vm, UMC, misc) & ~(1 << 48 | 0xfff << 32)
    set_register(vm, UMC, misc, counter | 0xfff - limit << 32)


def begin(vm):
    """Nothing is left of earlier cases in these banks, and only the module polls."""
    no_kernel_polls(vm)
    for bank in (L3, UMC, OTHER_UMC):
        config = register(vm, bank, CONFIG) & ~DEFERRED_INTERRUPT | 1 << 37
        for which, value in ((CONFIG, config), (STATUS, 0), (DESTAT, 0)):
            set_register(vm, bank, which, value)
    for block in MISC:
        set_limit(vm, block, 4095)


def forget_storms(vm):
    """End a storm of the kernel's in the bank, and empty the history by which it declares one: the
    kernel notes its last 64 polls of a bank, and 30 of them without an error end a storm."""
    if vm.kernel.since(6, 19):
        vm.sh(f"for n in $(seq 64); do mcwtest kernel 0 'poll {1 << UMC:x} 0'; done", 60).ok()
