# SPDX-License-Identifier: GPL-2.0
"""AMD's scalable MCA, which the rig's emulator has: deferred errors that are logged twice,
normalized addresses of memory controllers, thresholds, and registers of the banks.

Banks of CPU 0 in the emulator: 0 load-store unit, 7 L3, 9 and 10 memory controllers (UMC).
"""

import outcome as o
from errors import ADDRV, DEFERRED_BIT, EN, MISCV, VAL
from machine import CMCI, HOME, POLL, SEVERE, equal, expect, one, parse_json
from registry import case
from steps import held_page, no_kernel_polls, same

SMCA = ("smca",)
L3, UMC, OTHER_UMC = 7, 9, 10
CTL, CONFIG = 0, 4  # registers of a bank
SYNDV, POISON = 1 << 53, 1 << 43
DRAM_ECC = 0x11b
DEFERRED = VAL | EN | ADDRV | SYNDV | DEFERRED_BIT | DRAM_ECC
CORRECTED = VAL | EN | MISCV | ADDRV | SYNDV | 1 << 46 | DRAM_ECC
NO_INTERRUPT = 0x500000025  # CONFIG: deferred errors in both registers, and silent
LIMIT = ("/sys/devices/system/machinecheck/machinecheck0/umc_0/dram_ecc/threshold_limit")


def mce(vm, bank, status, addr, synd, cpu=0):
    vm.qemu.monitor.human(f"mce_amd {cpu} {bank} {status:#x} {addr:#x} 0 {synd:#x}")


def silence(vm, bank):
    """Deferred errors of that bank raise no interrupt."""
    vm.qemu.monitor.ask(f"mce_amd_reg 0 {bank} {CONFIG} {NO_INTERRUPT:#x}")


def printed(vm, kind):
    return [r for r in parse_json(vm.mcwctl("read --json").ok()) if r["type"] == kind]


@case("smca-deferred-twice", boots=SMCA)
def smca_deferred_twice(vm):
    """A poll logs a deferred error, and the next interrupt of that CPU logs it again. The outcome
    of the second record points to the first, and nothing is done twice."""
    no_kernel_polls(vm)
    vm.load()
    silence(vm, UMC)
    mce(vm, UMC, DEFERRED, 0x234000, 0xd)
    vm.sh(f"echo 1 >{HOME}/poll").ok()
    first = one(vm.records(), "records")
    same(first, source=POLL, bank=UMC, addr=0x234000, lane=SEVERE)
    vm.outcomes(1)
    mce(vm, OTHER_UMC, DEFERRED, 0x345000, 0xe)
    again = not vm.kernel.since(6, 19)
    vm.outcomes(3 if again else 2)
    outcomes = {r["of"]["pos"]: r for r in printed(vm, "outcome")}
    events = [r for r in printed(vm, "event") if r["bank"] == UMC]
    equal(len(events), 2 if again else 1, "records of the first error")
    for event in events[1:]:
        equal((event["source"], event["addr"]), ("cmci", events[0]["addr"]), "the second record")
        found = outcomes[event["pos"]]
        equal((found["reason"], found["same_pos"], found["actor"]),
              ("same_error", events[0]["pos"], "nobody"), "its outcome")
    equal(outcomes[events[0]["pos"]]["same_pos"], None, "same_pos of the first")


@case("smca-normalized", boots=SMCA)
def smca_normalized(vm):
    """The kernel is kept from the page at a normalized address, unless the admin wants it so."""
    believes = not vm.kernel.since(6, 12)
    no_kernel_polls(vm)
    held, left = vm.hold("hold 2")
    vm.load()
    silence(vm, UMC)
    mce(vm, UMC, DEFERRED, held, 1)
    vm.sh(f"echo 1 >{HOME}/poll").ok()
    same(one(vm.outcomes(1), "outcomes"), reason=o.NORMALIZED, actor=o.NOBODY)
    equal(printed(vm, "outcome")[0]["held_back"], True, "held_back")
    equal(vm.poisoned(held), [False], "poisoned while held back")
    vm.sh(f"echo leave >{HOME}/normalized_pages").ok()
    mce(vm, UMC, DEFERRED, left, 2)
    vm.sh(f"echo 1 >{HOME}/poll").ok()
    found = vm.outcomes(2)[1]
    same(found, reason=o.DONE if believes else o.NORMALIZED)
    equal(printed(vm, "outcome")[1]["held_back"], False, "held_back with leave")
    equal(vm.poisoned(left), [believes], "poisoned with leave")


@case("smca-poison", boots=SMCA)
def smca_poison(vm):
    """A deferred error of the cache with poison names a page, which is taken."""
    no_kernel_polls(vm)
    page = held_page(vm)
    # Its interrupt takes what earlier cases left in MCA_DESTAT of other banks.
    mce(vm, OTHER_UMC, DEFERRED, 0x1000, 9)
    vm.sh("sleep 1").ok()
    vm.load()
    mce(vm, L3, DEFERRED | POISON, page, 3)
    same(one(vm.outcomes(1), "outcomes"), reason=o.DONE, page=page)
    same(one(vm.records(), "records"), source=CMCI, bank=L3, lane=SEVERE)
    equal(vm.poisoned(page), [True], "poisoned")
    text = vm.mcwctl("read -v").ok()
    expect("(physical, 4 KiB)" in text, f"no kind of address:\n{text}")


@case("smca-threshold", boots=SMCA)
def smca_threshold(vm):
    """The threshold is the kernel's: with a limit of 1 each error interrupts. The module has no
    file for it, and bank<N>ctl is the register of scalable MCA."""
    no_kernel_polls(vm)
    vm.load()
    vm.sh(f"echo 1 >{LIMIT}").ok()
    mce(vm, UMC, CORRECTED, 0x123456000, 0xa801000)
    vm.until(f"grep -x 1 {HOME}/stats/cpu0/records")
    event = one(printed(vm, "event"), "events")
    hardware = int(event["ipid"], 16) >> 32 & 0xfff
    equal((event["source"], event["bank"], int(event["synd"], 16), hardware),
          ("cmci", UMC, 0xa801000, 0x96), "source, bank, syndrome and unit")
    expect("error counter" in event["misc_text"], f"what MISC says: {event['misc_text']}")
    expect(vm.sh(f"ls {HOME}/bank*threshold").status, "there is a file bank<N>threshold")
    vm.sh(f"echo 1 >{HOME}/bank{L3}ctl").ok()
    said = vm.qemu.monitor.ask(f"mce_amd_reg 0 {L3} {CTL}")
    equal(int(said.split()[-1], 16), 1, "MCA_CTL")
