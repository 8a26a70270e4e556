# SPDX-License-Identifier: GPL-2.0
"""What the module captures and where, and what a record says. No case here raises an exception."""

import re

from errors import (AMD, CORRECTED, CORRECTED_NO_MISC, GRADE_DEFERRED, GRADE_KEEP, GRADE_NO, INTEL,
                    MISC_PAGE, UCNA, UCNA_NO_MISC, error_count)
from machine import (CHAIN, CMCI, EVENT, FIRMWARE, HOME, KERNEL_KNOBS, LEFTOVER, OTHER, POLL,
                     PROCESS, SEVERE, UNKNOWN, Skipped, equal, expect, one, parse_json)
from registry import ON_NEWER, case
from steps import held_page, no_kernel_polls, our_lines, same, streamed


@case("load-message", boots=("plain", "cmci", "newer", "newer-cmci", "amd", "debug"))
def load_message(vm):
    vm.load()
    ours = our_lines(vm)
    one(ours, "lines in the log")
    expect("capturing by the tap" in ours[0], f"'{ours[0]}' does not say that the tap captures")
    equal(vm.read(HOME + "/capture"), "tap", "capture")
    expect(re.fullmatch(r"\d+\.\d+\S*", vm.read(HOME + "/version")), "version is no version")
    expect(vm.read(HOME + "/version") in ours[0], f"'{ours[0]}' does not name the version")
    cap = vm.read(HOME + "/mcg_cap")
    expect(re.fullmatch(r"0x[0-9a-f]{16}", cap), f"mcg_cap is '{cap}'")
    expect(int(cap, 16) & 0xff, "mcg_cap tells of no banks")
    equal(vm.read("/sys/module/mcewarden/parameters/severe_records"), "1024", "severe_records")
    equal(vm.read("/sys/module/mcewarden/parameters/other_records"), "8192", "other_records")
    equal(vm.read("/sys/module/mcewarden/parameters/notice_records"), "1024", "notice_records")
    vm.unload()
    equal(vm.sh(f"test -e {HOME} || test -e /dev/mcewarden").status, 1, "what is left after unload")


@case("corrected-poll", boots=("plain", "newer", "amd", "debug"), tags=("quick",))
def corrected_poll(vm):
    addr = vm.fresh()
    vm.load()
    vm.inject(0, 5, CORRECTED, 0, addr, MISC_PAGE)
    equal(vm.records(), [], "records before anybody looked")
    vm.kernel_command("poll 20 0")
    record = one(vm.records(), "records")
    same(record, type=EVENT, lane=OTHER, pos=0, source=POLL, flags=0, bank=5, cpu=0, addr=addr,
         status=CORRECTED, misc=MISC_PAGE, mcgstatus=0, severity=GRADE_KEEP,
         vendor=AMD if vm.is_amd() else INTEL, unplaced=0, skipped=0)
    equal(f"{record['mcgcap']:#018x}", vm.read(HOME + "/mcg_cap"), "mcgcap")
    expect(30 <= record["phys_bits"] <= 52, f"phys_bits {record['phys_bits']}")
    now = float(vm.read("/proc/uptime").split()[0])
    expect(0 < now - record["mono"] / 1e9 < 20, f"mono {record['mono']} at {now} s of uptime")
    wall = int(vm.read("/proc/uptime; date +%s").split()[-1])
    expect(abs(wall - record["wall"] / 1e9) < 20, f"wall {record['wall']} at {wall}")
    expect(abs(record["time"] - record["wall"] / 1e9) < 3, "the kernel's time and ours differ")
    vm.kernel_command("poll 20 0")
    equal(len(vm.records()), 1, "records after a poll that found nothing")


@case("corrected-other-cpu")
def corrected_other_cpu(vm):
    addr = vm.fresh()
    vm.load()
    vm.inject(1, 5, CORRECTED, 0, addr)
    vm.kernel_command("poll 20 0", cpu=0)
    equal(vm.records(), [], "records of a poll on the wrong CPU")
    vm.kernel_command("poll 20 0", cpu=1)
    same(one(vm.records(), "records"), cpu=1, addr=addr, source=POLL)


@case("corrected-timer")
def corrected_timer(vm):
    """The kernel's timer polls: the records are no leftovers and have no time stamp counter."""
    addr = vm.fresh()
    vm.load()
    vm.sh(f"echo 1 >{KERNEL_KNOBS}/check_interval").ok()
    vm.inject(0, 5, CORRECTED, 0, addr)
    vm.until("mcwtest lanes | grep 'lane=1 .* committed=1'")
    same(one(vm.records(), "records"), source=POLL, flags=0, tsc=0, addr=addr, lane=OTHER)


@case("corrected-leftover")
def corrected_leftover(vm):
    """A write to the kernel's check_interval makes it poll at once, for uncorrected errors too."""
    addr = vm.fresh()
    vm.load()
    vm.inject(1, 5, CORRECTED, 0, addr)
    vm.poll_kernel()
    same(one(vm.records(), "records"), source=POLL, flags=LEFTOVER, cpu=1, addr=addr)
    addr = vm.fresh()
    vm.inject(1, 5, CORRECTED, 0, addr)
    vm.kernel_command("poll 20 0", cpu=1)
    same(vm.records()[-1], flags=0, addr=addr)


@case("before-load")
def before_load(vm):
    """An error that lay in a bank before the load is found by the next poll."""
    addr = vm.fresh()
    vm.inject(0, 5, CORRECTED, 0, addr)
    vm.load()
    equal(vm.records(), [], "records at load")
    vm.kernel_command("poll 20 0")
    same(one(vm.records(), "records"), addr=addr, source=POLL)


@case("ucna-planted")
def ucna_planted(vm):
    vm.load()
    page = held_page(vm)
    vm.kernel_command(f"plant 7 {UCNA:x} {page:x} {MISC_PAGE:x}")
    vm.kernel_command("poll 80 0")
    same(one(vm.records(), "records"), lane=SEVERE, source=POLL, flags=0, bank=7, addr=page,
         status=UCNA, severity=GRADE_DEFERRED, mcgstatus=0)
    equal(vm.stats(SEVERE)["committed"], 1, "committed")
    equal(vm.stats(OTHER)["committed"], 0, "committed in the other lane")


@case("three-banks")
def three_banks(vm):
    """The kernel uses one struct mce for all banks of a poll: each bank must get its own record."""
    addrs = {bank: vm.fresh() for bank in (3, 5, 8)}
    vm.load()
    for bank, addr in addrs.items():
        vm.inject(0, bank, CORRECTED, 0, addr)
    vm.kernel_command("poll 1ff 0")
    found = vm.records()
    equal({r["bank"]: r["addr"] for r in found}, addrs, "addresses by bank")
    equal(len(found), 3, "records")
    equal([r for r in found if r["flags"] or r["source"] != POLL], [], "of another source")


@case("three-banks-mixed")
def three_banks_mixed(vm):
    """One poll fills both lanes: the lane and the grade of one bank do not stick to the next
    bank."""
    vm.load()
    vm.kernel_command(f"plant 3 {CORRECTED_NO_MISC:x} {0x3000:x} 0")
    vm.kernel_command(f"plant 5 {UCNA_NO_MISC:x} {0x5000:x} 0")
    vm.kernel_command(f"plant 8 {CORRECTED_NO_MISC:x} {0x8000:x} 0")
    vm.kernel_command("poll 1ff 0")
    found = {r["bank"]: r for r in vm.records()}
    equal({bank: (r["lane"], r["addr"]) for bank, r in found.items()},
          {3: (OTHER, 0x3000), 5: (SEVERE, 0x5000), 8: (OTHER, 0x8000)}, "lane, address by bank")


@case("software-record")
def software_record(vm):
    """The kernel's own injector hands over a record that was in no bank."""
    addr = vm.fresh()
    vm.load()
    vm.sh("insmod /mods/mce-inject.ko").ok()
    vm.sh("cd /sys/kernel/debug/mce-inject && echo sw >flags && echo 0 >cpu &&"
          f" echo {CORRECTED_NO_MISC:#x} >status && echo {addr:#x} >addr && echo 4 >bank").ok()
    same(one(vm.records(), "records"), source=PROCESS, severity=GRADE_NO, lane=OTHER, bank=4,
         addr=addr, flags=0)


@case("software-uncorrected")
def software_uncorrected(vm):
    vm.load()
    vm.kernel_command(f"log 3 4 {UCNA_NO_MISC:x} 7000")
    groups, end = vm.sums()
    group = one(groups, "kinds of records")
    same(group, lane=SEVERE, source=PROCESS, severity=GRADE_NO, n=3, first=0x7000, last=0x7002)
    same(end, records=3, overruns=0, disorder=0, gaps0=0)


@case("firmware-record")
def firmware_record(vm):
    vm.load()
    vm.kernel_command(f"log 1 255 {CORRECTED_NO_MISC:x} 9000")
    same(one(vm.records(), "records"), source=FIRMWARE, severity=GRADE_NO, bank=255, lane=OTHER)


@case("empty-poll")
def empty_poll(vm):
    vm.load()
    vm.kernel_command("poll 1ff 0")
    vm.kernel_command("poll 1ff 2")
    vm.poll_kernel()
    equal(vm.records(), [], "records of empty banks")


@case("capture-chain")
def capture_chain(vm):
    """Without ftrace the decode chain captures alone, and the log and sysfs say so."""
    vm.trace_nothing()
    vm.load()
    equal(vm.read(HOME + "/capture"), "chain", "capture")
    lines = our_lines(vm)
    expect(any("capturing by the decode chain alone" in line for line in lines),
           f"the log does not say so: {lines}")
    addrs = {bank: vm.fresh() for bank in (3, 5, 8)}
    for bank, addr in addrs.items():
        vm.inject(0, bank, CORRECTED, 0, addr)
    vm.kernel_command("poll 1ff 0")
    vm.until("mcwtest lanes | grep 'lane=1 .* committed=3'")
    found = vm.records()
    equal({r["bank"]: r["addr"] for r in found}, addrs, "addresses by bank")
    for record in found:
        same(record, source=UNKNOWN, flags=CHAIN, lane=OTHER)
    vm.kernel_command(f"log 1 4 {UCNA_NO_MISC:x} 7000")
    vm.until("mcwtest lanes | grep 'lane=0 .* committed=1'")
    vm.trace_nothing(False)
    vm.unload()
    vm.load()
    equal(vm.read(HOME + "/capture"), "tap", "capture after the switch was turned on again")


@case("capture-silent")
def capture_silent(vm):
    """If ftrace does not call the tap any more, capture and the log say so, from the next record
    on; and when it does again."""
    vm.load()
    vm.sh("sleep 1.1").ok()  # a record of the second of the load proves nothing
    for silent, said in ((1, "chain"), (1, "chain"), (0, "tap")):
        vm.kernel_command(f"untraceable {'tap' if silent else 0}")
        before = len(vm.records())
        vm.kernel_command(f"burst 4 1 {CORRECTED_NO_MISC:x} 10 0 0 0")
        vm.until(f"grep -x {said} {HOME}/capture")
        found = vm.records()[before:]
        same(one(found, "records"), flags=CHAIN if silent else 0)
    one([line for line in our_lines(vm) if "the tap did not see a record of bank 4" in line],
        "lines that say so")


@case("ftrace-dead", boots=ON_NEWER, tags=("full",), alone=True, dies=True)
def ftrace_dead(vm):
    """When ftrace has given up, the tap goes on, doctor says so, and the module does not go: the
    kernel would call what is not there any more."""
    vm.load()
    vm.kernel_command("untraceable kill")
    for unloading in (False, True):
        if unloading:
            vm.sh("rmmod mcewarden >/dev/null 2>&1 &").ok()
            vm.until("dmesg | grep -q 'mcewarden: ftrace does not take off the module.s hooks'")
        vm.kernel_command(f"burst 4 1 {CORRECTED_NO_MISC:x} 10 0 0 0")
        if not unloading:
            same(one(vm.records(), "records"), source=POLL, flags=0)
            equal(vm.read(HOME + "/capture"), "tap", "capture")
            said = vm.mcwctl("doctor").output
            expect("cannot be unloaded" in said, f"doctor does not say so: {said}")
    vm.dies("echo c >/proc/sysrq-trigger", "Kernel panic - not syncing: sysrq triggered crash")


@case("ftrace-switch")
def ftrace_switch(vm):
    """The kernel refuses what would blind the tap while the module is loaded, and allows it
    after the unload."""
    vm.load()
    result = vm.sh("echo 0 >/proc/sys/kernel/ftrace_enabled")
    if result.status and "not supported" in result.output:
        raise Skipped(f"{vm.kernel.version} lets nobody switch it off")
    expect(result.status and "busy" in result.output, f"not refused as busy: {result.output}")
    vm.kernel_command(f"burst 4 1 {CORRECTED_NO_MISC:x} 10 0 0 0")
    same(one(vm.records(), "records"), source=POLL, flags=0)
    vm.unload()
    vm.sh("echo 0 >/proc/sys/kernel/ftrace_enabled").ok()


@case("both-cpus")
def both_cpus(vm):
    """With errors on two CPUs at once each record comes once, with the right CPU."""
    count = 1000 // vm.small
    vm.kernel_command("quiet 1")
    vm.load()
    vm.kernel_command(f"stream 1 4 {CORRECTED_NO_MISC:x} 300000 20")
    for start in (0x400000, 0x400000 + count):
        vm.kernel_command(f"burst 5 {count} {CORRECTED_NO_MISC:x} {start:x} 0 0 0", cpu=0)
    vm.kernel_command("stop")
    others = streamed(vm)
    expect(others > 0, "the other CPU put no errors")
    groups, end = vm.sums()
    by_kind = {(g["cpu"], g["bank"]): g for g in groups}
    same(by_kind[0, 5], n=2 * count, first=0x400000, last=0x400000 + 2 * count - 1, unordered=0)
    same(by_kind[1, 4], n=others, first=0x300000, last=0x300000 + others - 1, unordered=0)
    same(end, overruns=0, disorder=0, gaps1=0)


@case("vector-unowned")
def vector_unowned(vm):
    """A threshold interrupt that no part of the kernel handles does no harm, and the tap still
    works."""
    vm.load()
    vm.kernel_command("vector")
    vm.kernel_command("vector", cpu=1)
    said = [line for line in vm.log() if "Unexpected threshold interrupt" in line]
    equal(len(said), 2, "the kernel's lines on the interrupt")
    equal(vm.records(), [], "records of an interrupt without an error")
    vm.kernel_command(f"burst 4 1 {CORRECTED_NO_MISC:x} 10 0 0 0")
    same(one(vm.records(), "records"), source=POLL, flags=0)


@case("cmci-corrected", boots=("cmci", "newer-cmci", "debug-cmci"))
def cmci_corrected(vm):
    no_kernel_polls(vm)
    vm.load()
    for cpu in (0, 1):
        addr = vm.fresh()
        vm.inject(cpu, 5, CORRECTED, 0, addr)
        vm.until(f"mcwtest lanes | grep 'lane=1 .* committed={cpu + 1} '")
        record = vm.records()[-1]
        same(record, source=CMCI, flags=0, bank=5, cpu=cpu, addr=addr, lane=OTHER,
             severity=GRADE_KEEP)
        expect(record["tsc"] > 0, "no time stamp counter")
        equal(error_count(record["status"]), 1, "corrected error count")


@case("cmci-ucna", boots=("cmci", "debug-cmci"))
def cmci_ucna(vm):
    page = held_page(vm)
    no_kernel_polls(vm)
    vm.load()
    vm.inject(0, 7, UCNA, 0, page)
    vm.until("mcwtest lanes | grep 'lane=0 .* committed=1 '")
    same(one(vm.records(), "records"), source=CMCI, flags=0, bank=7, addr=page, lane=SEVERE,
         severity=GRADE_DEFERRED)
    vm.until("grep 'HardwareCorrupted: *[1-9]' /proc/meminfo")


@case("cmci-then-poll", boots=("cmci", "debug-cmci"))
def cmci_then_poll(vm):
    """After an interrupt, the next record of a poll has source poll again."""
    no_kernel_polls(vm)
    vm.load()
    vm.inject(0, 5, CORRECTED, 0, vm.fresh())
    vm.until("mcwtest lanes | grep 'lane=1 .* committed=1 '")
    vm.kernel_command(f"burst 4 1 {CORRECTED_NO_MISC:x} 10 0 0 0")
    vm.kernel_command(f"plant 4 {CORRECTED_NO_MISC:x} 20 0")
    vm.kernel_command("vector")
    equal([(r["source"], r["flags"]) for r in vm.records()], [(CMCI, 0), (POLL, 0), (CMCI, 0)],
          "source and flags")


@case("kernel-grading", boots=("plain", "newer", "amd", "debug"))
def kernel_grading(vm):
    """Of Linux's own kernels the module knows how they grade: sysfs, events and status say it."""
    if vm.kernel.since(6, 7):
        generation, known_by = "6.7", "headers"
    elif vm.kernel.since(5, 19):
        generation, known_by = "5.19", "release"
    else:
        generation, known_by = "5.10", "tolerant"
    for _ in range(2):  # the second time the module's own file tolerant was there before
        vm.load()
        place = HOME + "/kernel_grading"
        equal((vm.read(place + "/generation"), vm.read(place + "/known_by")),
              (generation, known_by), "generation, and what it is known by")
        status = one(parse_json(vm.mcwctl("status --json").ok()), "objects")
        equal((status["kernel_grading"], status["kernel_grading_known_by"]), (generation, known_by),
              "in status --json")
        text = vm.mcwctl("status").ok()
        expect(re.search(rf"^grades .* Linux {generation}: known by its .*{known_by}$", text, re.M),
               f"status does not say how the kernel grades:\n{text}")
        vm.unload()
