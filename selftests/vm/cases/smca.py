# SPDX-License-Identifier: GPL-2.0
"""AMD's scalable MCA, which the rig's emulator has: deferred errors that are logged twice,
normalized addresses of memory controllers and what they are translated to, thresholds, consumed
poison, and registers of the banks."""

import time

import outcome as o
from errors import GRADE_AR, MISCV, OVER
from machine import (CMCI, EXCEPTION, HOME, POLL, SEVERE, Skipped, equal, expect, one, parse_json)
from registry import case
from smca import (BANKS, BLOCKS, CONFIG, CONSUMED, CORRECTED, CTL, DEFERRED, DESTAT, FATAL, HAS_PADDRV,
                  IPID, L3, LS, MISC, NORMAL, OTHER_CORRECTED, OTHER_UMC, PADDRV, PAGE, POISON, STATUS,
                  UMC, begin, forget_storms, mce, register, set_limit, set_register, silence)
from steps import (CPU1, MODULE_ACTED, consumed, counts, held_page, load_injector,
                   memory_controller, same, spinning)

SMCA = ("smca",)
FULL = ("full",)


def printed(vm, kind):
    return [r for r in parse_json(vm.mcwctl("read --json").ok()) if r["type"] == kind]


@case("smca-deferred-twice", boots=SMCA)
def smca_deferred_twice(vm):
    """A poll logs a deferred error, and the next interrupt of that CPU logs it again. The outcome
    of the second record points to the first, and nothing is done twice."""
    begin(vm)
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
    begin(vm)
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
    begin(vm)
    page = held_page(vm)
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
    begin(vm)
    vm.load()
    set_limit(vm, "dram_ecc", 1)
    mce(vm, UMC, CORRECTED, 0x123456000, 0xa801000)
    vm.until(f"grep -x 1 {HOME}/stats/cpu0/records")
    event = one(printed(vm, "event"), "events")
    hardware = int(event["ipid"], 16) >> 32 & 0xfff
    equal((event["source"], event["bank"], int(event["synd"], 16), hardware),
          ("cmci", UMC, 0xa801000, 0x96), "source, bank, syndrome and unit")
    expect("error counter" in event["misc_text"], f"what MISC says: {event['misc_text']}")
    expect(vm.sh(f"ls {HOME}/bank*threshold").status, "there is a file bank<N>threshold")
    vm.sh(f"echo 1 >{HOME}/bank{L3}ctl").ok()
    equal(register(vm, L3, CTL), 1, "MCA_CTL")


@case("smca-counter", boots=SMCA)
def smca_counter(vm):
    """A record stands for as many corrected errors as the bank has counted, from the load on, and
    also after the kernel has set the counter anew. Others are merged into it by the hardware."""
    begin(vm)
    forget_storms(vm)
    mce(vm, UMC, CORRECTED, 0x111000, 1)  # before the load: its errors are nobody's
    set_register(vm, UMC, STATUS, 0)
    vm.load()
    merged = 0
    for number, errors in enumerate((3, 1, 5), 1):
        for _ in range(errors):
            mce(vm, UMC, CORRECTED, 0x123456000, 2)
        vm.sh(f"echo 1 >{HOME}/poll").ok()
        merged += errors - 1
        vm.until(f"test $(cat {HOME}/stats/lost/hardware_merged) = {merged}")
        event = printed(vm, "event")[-1]
        equal((event["count"], number), (errors, number), "errors that the record stands for")
    said = vm.mcwctl("read").ok()
    expect("5 corrected" in said, said)
    forget_storms(vm)  # five polls that find errors are one
    # With a lower limit the kernel moves the counter nearer to its end: those are no errors.
    before = register(vm, UMC, MISC["dram_ecc"]) >> 32 & 0xfff
    vm.sh(f"echo 4000 >{BLOCKS}/dram_ecc/threshold_limit").ok()
    equal(register(vm, UMC, MISC["dram_ecc"]) >> 32 & 0xfff, before + 95, "the counter")
    for _ in range(2):
        mce(vm, UMC, CORRECTED, 0x123456000, 3)
    vm.sh(f"echo 1 >{HOME}/poll").ok()
    vm.until(f"test $(cat {HOME}/stats/lost/hardware_merged) = {merged + 1}")
    # Errors before a worse one have no record but its own, which is about that one.
    for _ in range(4):
        mce(vm, UMC, CORRECTED, 0x123456000, 4)
    silence(vm, UMC)
    mce(vm, UMC, DEFERRED | MISCV, 0x123457000, 5)
    vm.sh(f"echo 1 >{HOME}/poll").ok()
    vm.until(f"test $(cat {HOME}/stats/lost/hardware_merged) = {merged + 5}")
    event = printed(vm, "event")[-1]
    equal((event["class"], event["count"]), ("deferred", 0), "the worse error")
    expect("4 corrected errors since the bank's record before" in event["misc_text"],
           event["misc_text"])


@case("smca-injected", boots=SMCA, tags=FULL)
def smca_injected(vm):
    """An injected record has the syndrome and the unit of the file, which the kernel leaves out."""
    load_injector(vm)
    vm.sh(f"printf 'CPU 0 BANK {UMC} STATUS CORRECTED 0x11b SYND 0xa801000 IPID 0x9600050f00\\n'"
          " | mcwctl inject -").ok()
    event = one(printed(vm, "event"), "events")
    equal((int(event["synd"], 16), int(event["ipid"], 16), event["count"]),
          (0xa801000, 0x9600050f00, 0), "syndrome, unit, and errors that the bank did not count")


@case("smca-limit", boots=SMCA, tags=FULL)
def smca_limit(vm):
    """With a limit of 3, three errors are one interrupt and one record with OVER, in both blocks
    of a memory controller."""
    begin(vm)
    vm.load()
    for number, (block, status) in enumerate((("dram_ecc", CORRECTED), ("misc_umc", OTHER_CORRECTED)), 1):
        set_limit(vm, block, 3)
        for _ in range(3):
            equal(len(vm.records()), number - 1, f"records before the third error of {block}")
            mce(vm, UMC, status, vm.fresh(), number)
        vm.until(f"grep -x {number} {HOME}/stats/cpu0/records")
        found = vm.records()
        equal(len(found), number, "records")
        same(found[-1], source=CMCI, bank=UMC, status=status | OVER)
    equal(counts(vm, 0)["interrupts"], 2, "interrupts")


@case("smca-deferred", boots=SMCA, tags=FULL)
def smca_deferred(vm):
    """Deferred errors in both registers, and in MCA_DESTAT alone: each is one record, and both
    registers are empty."""
    begin(vm)
    vm.load()
    for number, (bank, addr) in enumerate(((UMC, 0x234000), (OTHER_UMC, 0x345000)), 1):
        mce(vm, bank, DEFERRED, addr, number)
        vm.outcomes(number)
        found = vm.records()
        equal(len(found), number, "records")
        same(found[-1], source=CMCI, bank=bank, addr=addr, lane=SEVERE)
        equal([register(vm, bank, which) for which in (STATUS, DESTAT)], [0, 0], "registers")


@case("smca-consumed", boots=SMCA, tags=FULL, raises=True)
def smca_consumed(vm):
    """A process consumes poison: the kernel takes its page, and it gets a signal."""
    begin(vm)
    page, spin = spinning(vm)
    vm.load()
    consumed(vm, page, spin, CONSUMED, bank=LS)
    same(one(vm.records(), "records"), source=EXCEPTION, bank=LS, addr=page, severity=GRADE_AR)
    same(one(vm.outcomes(1), "outcomes"), actor=o.KERNEL, page=page)
    equal(vm.poisoned(page), [True], "poisoned")
    vm.until("grep -q ended /tmp/victim")


@case("smca-fatal", boots=SMCA, tags=FULL, raises=True, dies=True)
def smca_fatal(vm):
    vm.load()
    vm.dies(lambda: mce(vm, LS, FATAL, 0x1000, 1),
            rf"Bank {LS}: {FATAL:016x}(.*\n)*Kernel panic - not syncing: .*machine check")


@case("smca-tolerant-0", boots=SMCA, tags=FULL, dies=True)
def smca_tolerant_0(vm):
    """A deferred error that an interrupt brings is a fresh one."""
    begin(vm)
    vm.load(tolerant=0)
    vm.dies(lambda: mce(vm, UMC, DEFERRED, NORMAL, 1),
            rf"Kernel panic - not syncing: mcewarden: uncorrected error while tolerant is 0:"
            rf" CPU 0 bank {UMC} status {DEFERRED:#018x}")


@case("smca-tolerant-3", boots=SMCA, tags=FULL)
def smca_tolerant_3(vm):
    """Nobody takes the page of poison that nobody consumed, found by a poll or an interrupt."""
    begin(vm)
    pages = vm.hold("hold 2")
    vm.load(tolerant=3)
    mce(vm, L3, DEFERRED | POISON, pages[0], 1)
    same(one(vm.outcomes(1), "outcomes"), reason=o.TOLERANT, page=pages[0])
    silence(vm, L3)
    mce(vm, L3, DEFERRED | POISON, pages[1], 2)
    vm.sh(f"echo 1 >{HOME}/poll").ok()
    same(vm.outcomes(2)[1], reason=o.TOLERANT, page=pages[1])
    equal([record["source"] for record in vm.records()], [CMCI, POLL], "sources")
    equal(vm.poisoned(*pages), [False, False], "poisoned")


@case("smca-shared", boots=SMCA, tags=FULL)
def smca_shared(vm):
    """A bank of CPU 0's that reads as 0 on the other CPU is written on CPU 0 alone."""
    begin(vm)
    vm.load()
    before = register(vm, UMC, CTL)
    vm.sh(f"echo 3 >{HOME}/bank{UMC}ctl").ok()
    equal([register(vm, UMC, CTL, cpu) for cpu in (0, 1)], [3, 0], "MCA_CTL on both CPUs")
    equal(vm.read(f"{HOME}/stats/bank{UMC}_differs"), "0", "CPUs that differ")
    mce(vm, UMC, CORRECTED, vm.fresh(), 1)
    vm.sh(f"echo 1 >{HOME}/poll").ok()
    same(one(vm.records(), "records"), cpu=0, bank=UMC, source=POLL)
    vm.unload()
    equal(register(vm, UMC, CTL), before, "MCA_CTL after the unload")


@case("smca-hotplug", boots=SMCA, tags=FULL)
def smca_hotplug(vm):
    """A CPU that was away has its register of the bank as wanted, and its errors are captured. The
    kernel names the directories of its banks in another way then."""
    begin(vm)
    vm.load()
    vm.sh(f"echo 7 >{HOME}/bank{LS}ctl").ok()
    vm.sh(f"echo 0 >{CPU1} && echo 1 >{CPU1}").ok()
    vm.until(f"grep -x 0 {HOME}/stats/bank{LS}_differs")
    equal(register(vm, LS, CTL, cpu=1), 7, "MCA_CTL of the CPU that came")
    vm.sh("for l in /sys/devices/system/machinecheck/machinecheck1/load_store*/*/threshold_limit;"
          " do echo 1 >$l; done").ok()
    mce(vm, LS, CORRECTED & ~0xffff | 0x100135, vm.fresh(), 0x1234, cpu=1)
    vm.until(f"grep -x 1 {HOME}/stats/cpu1/records")
    same(one(vm.records(), "records"), cpu=1, bank=LS, source=CMCI)


@case("smca-unload", boots=SMCA, tags=FULL, single=True)
def smca_unload(vm):
    """The module goes while interrupts come, of both kinds."""
    begin(vm)
    set_limit(vm, "dram_ecc", 1)
    before = register(vm, L3, CTL)
    for _ in range(3):
        vm.load()
        vm.sh(f"echo 1 >{HOME}/bank{L3}ctl").ok()
        going = vm.start("sleep 0.2; rmmod mcewarden")
        for number in range(20):
            mce(vm, UMC, CORRECTED, vm.fresh(), number)
            mce(vm, OTHER_UMC, DEFERRED, vm.fresh(), number)
            time.sleep(0.02)
        vm.finish(going).ok()
        equal(register(vm, L3, CTL), before, "MCA_CTL after the unload")


def translated(vm, pages, distance):
    """A page of normalized addresses is soft-offlined, and one is taken."""
    soft, hard = pages
    vm.load(page_ce_threshold=2)
    silence(vm, UMC)
    for number in range(2):
        mce(vm, UMC, CORRECTED, soft - distance + 64 * number, number)
        vm.sh(f"echo 1 >{HOME}/poll").ok()
    same(one(vm.outcomes(1), "outcomes"), actor=o.MODULE, action=o.SOFT_OFFLINE, reason=o.DONE,
         page=soft, count=2)
    mce(vm, UMC, DEFERRED, hard - distance, 3)
    vm.sh(f"echo 1 >{HOME}/poll").ok()
    same(vm.outcomes(2)[1], page=hard, **MODULE_ACTED)
    equal(vm.poisoned(soft, hard), [True, True], "poisoned")
    equal([(r["translated"], r["held_back"]) for r in printed(vm, "outcome")],
          [(True, False), (True, True)], "translated, and held back")
    equal(vm.read(f"{HOME}/stats/soft_offline/counted"), "2", "corrected errors that count")


@case("smca-edac-page", boots=SMCA)
def smca_edac_page(vm):
    """The page that EDAC names for a normalized address counts."""
    begin(vm)
    pages = vm.hold("hold 2")
    distance = min(pages) - NORMAL
    memory_controller(vm, distance=distance)
    translated(vm, pages, distance)


@case("smca-library-page", boots=SMCA, tags=FULL)
def smca_library_page(vm):
    """The kernel's library knows the page; what EDAC says besides changes nothing."""
    if "CONFIG_AMD_ATL" not in vm.kernel.config:
        raise Skipped(f"{vm.kernel.version} has no AMD_ATL")
    begin(vm)
    *pages, by_edac = vm.hold("hold 3")
    distance = min(pages) - NORMAL
    memory_controller(vm, distance=by_edac - NORMAL)
    vm.sh(f"insmod /mods/mcw_atl.ko distance={distance}").ok()
    translated(vm, pages, distance)
    equal(vm.poisoned(by_edac), [False], "the page that EDAC named, poisoned")
    # EDAC may know an address that the library does not. The library was not asked for this one
    # before, because what it answered then stays true, and the module may keep it.
    unknown = NORMAL - PAGE
    vm.sh("echo 0 >/sys/module/mcw_atl/parameters/known").ok()
    vm.sh(f"echo {by_edac - unknown} >/sys/module/mcw_edac/parameters/distance").ok()
    mce(vm, UMC, DEFERRED, unknown, 4)
    vm.sh(f"echo 1 >{HOME}/poll").ok()
    same(vm.outcomes(3)[2], page=by_edac, **MODULE_ACTED)


@case("smca-paddrv", boots=SMCA, tags=FULL, alone=True)
def smca_paddrv(vm):
    """Where all banks have PADDRV, it says that a memory controller's address is physical."""
    begin(vm)
    page = held_page(vm)
    for cpu in (0, 1):
        for bank in range(BANKS):
            if register(vm, bank, IPID, cpu):
                value = register(vm, bank, CONFIG, cpu) | HAS_PADDRV
                set_register(vm, bank, CONFIG, value, cpu)
    vm.load()
    mce(vm, UMC, DEFERRED | PADDRV, page, 1)
    same(one(vm.outcomes(1), "outcomes"), reason=o.DONE, page=page)
    equal(vm.poisoned(page), [True], "poisoned")
    text = vm.mcwctl("read -v").ok()
    expect("(physical, 4 KiB)" in text, f"no kind of address:\n{text}")
    equal(printed(vm, "outcome")[0]["translated"], False, "translated")
    mce(vm, UMC, DEFERRED, NORMAL, 2)
    same(vm.outcomes(2)[1], reason=o.NORMALIZED)
